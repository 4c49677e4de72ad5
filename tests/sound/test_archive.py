import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from ivr.sound import archive
from ivr.sound.archive import ArchiveError, recordings


def zipped(tmp_path: Path, **files: bytes) -> Path:
    path = tmp_path / "takes.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files.items():
            out.writestr(name, data)
    return path


def test_a_folder_and_a_zip_of_it_give_the_same_recordings(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "inner").mkdir(parents=True)
    (folder / "Overdose.Signs.MP3").write_bytes(b"one")
    (folder / "inner" / "welcome.wav").write_bytes(b"two")
    path = zipped(tmp_path, **{"Overdose.Signs.MP3": b"one", "inner/welcome.wav": b"two"})

    for source in (folder, path):
        with recordings(source) as files:
            assert {"overdose.signs": b"one", "welcome": b"two"} == {
                each.prompt: each.read() for each in files
            }


def test_what_computers_leave_in_a_zip_is_no_recording(tmp_path: Path) -> None:
    path = zipped(
        tmp_path,
        **{"__MACOSX/._a.wav": b"", ".DS_Store": b"", "Thumbs.db": b"", "sub/.hidden": b"", "a.wav": b"1"},
    )

    with recordings(path) as files:
        assert ["a.wav"] == [each.name for each in files]


@pytest.mark.parametrize("name", ["../../etc/cron.d/a.wav", "/etc/a.wav", "..\\..\\a.wav", "C:\\a.wav"])
def test_a_name_that_leads_out_of_the_zip_is_refused(tmp_path: Path, name: str) -> None:
    with recordings(zipped(tmp_path, **{name: b"1"})) as files:
        assert ["its name leads out of the ZIP"] == [each.problem for each in files]


def test_a_file_that_unpacks_to_more_than_the_bound_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "LARGEST_FILE", 1000)

    with recordings(zipped(tmp_path, **{"a.wav": b"0" * 2000, "b.wav": b"0" * 900})) as files:
        assert [True, False] == [bool(each.problem) for each in files]


def test_a_zip_that_unpacks_to_more_than_the_bound_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "LARGEST_ALL", 5000)

    path = zipped(tmp_path, **{f"{n}.wav": b"0" * 900 for n in range(6)})

    with pytest.raises(ArchiveError, match="in parts"), recordings(path):
        pass


def test_a_file_damaged_in_the_zip_says_so(tmp_path: Path) -> None:
    path = zipped(tmp_path, **{"a.wav": bytes(range(256)) * 40})
    data = bytearray(path.read_bytes())
    data[60:80] = bytes(20)
    path.write_bytes(data)

    with recordings(path) as files, pytest.raises(ArchiveError, match="damaged"):
        files[0].read()


def test_what_is_called_a_zip_and_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("no zip")

    with (
        pytest.raises(ArchiveError, match=r"a\.zip: not a ZIP file"),
        recordings(tmp_path / "a.zip"),
    ):
        pass


@pytest.mark.parametrize(
    "kind", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_whatever_is_damaged_in_a_zip_is_refused_in_words(tmp_path: Path, kind: int) -> None:
    """Every byte of it changed in turn, as somebody would who looks for a way in."""
    path, whole = tmp_path / "takes.zip", io.BytesIO()
    with zipfile.ZipFile(whole, "w", kind) as out:
        out.writestr("välkommen.wav", bytes(range(60)))
    for place in range(len(whole.getvalue())):
        changed = bytearray(whole.getvalue())
        changed[place] ^= 0xFF
        path.write_bytes(changed)

        with suppress(ArchiveError), recordings(path) as files:
            for each in files:
                with suppress(ArchiveError, OSError):
                    each.problem or each.read()


@pytest.mark.parametrize("name", [".", "./", "/", "//", "./."])
def test_an_entry_without_a_name_is_no_recording(tmp_path: Path, name: str) -> None:
    with recordings(zipped(tmp_path, **{name: b"1", "a.wav": b"1"})) as files:
        assert ["a.wav"] == [each.name for each in files if not each.problem]


def test_a_list_without_end_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST_ENTRIES", 3)
    monkeypatch.setattr(archive, "_PIECE", 7)
    monkeypatch.setattr(zipfile, "ZipFile", None)

    path = tmp_path / "takes.zip"
    path.write_bytes((b"PK\1\2" + bytes(42)) * 4)
    with pytest.raises(ArchiveError, match="more than 3 entries"), recordings(path):
        raise AssertionError("it was read")
