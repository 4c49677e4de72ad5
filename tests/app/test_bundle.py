"""The support bundle opens nothing: no link, key, password or secret address is in it, wherever it stood."""

import os
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from ivr.app.bundle import write_bundle
from ivr.app.doctor import Doctor
from ivr.app.parts import Parts
from ivr.app.redaction import Redaction, redaction_for
from ivr.storage.engine import writing
from ivr.storage.subscriptions import subscribe
from tests.app.outside import FALLBACK, Outside
from tests.app.people import NOON, SIPHO, THANDI
from tests.app.stage import ACCOUNT, PUBLIC, TOKEN, make_stage

CALENDAR = "https://calendars.example/private-8f3a/basic.ics?key=hush-5"
MAIL = "smtps://desk%40mail.example:p%2Fw-9@mail.example"
Texts = Callable[..., dict[str, str]]
Written = Callable[..., str]


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory, audio: Path, database: Path) -> Parts:
    environ = {
        "SMTP_URL": MAIL,
        "MAIL_FROM": "us@help.example",
        "SECRET_KEY": "new-key-1|old-key-2",
        "FALLBACK_URL": FALLBACK,
    }
    folder = tmp_path_factory.mktemp("bundle")
    found = make_stage(folder, audio, database, people=(THANDI, SIPHO), environ=environ).parts
    with writing(found.engine) as connection:
        subscribe(connection, CALENDAR, NOON)
    return found


@pytest.fixture
def texts(parts: Parts, tmp_path: Path) -> Texts:
    """Everything in the bundle, by name; its log is that of these lines."""

    def bundled(*lines: str, of: Parts = parts, **environ: str) -> dict[str, str]:
        (tmp_path / "log").write_text("\n".join(lines))
        doctor = Doctor(of, Outside(), None, patience=0)
        write_bundle(tmp_path / "b.zip", doctor, doctor.findings(), environ, tmp_path / "log")
        with ZipFile(tmp_path / "b.zip") as bundle:
            return {name: bundle.read(name).decode() for name in bundle.namelist()}

    return bundled


@pytest.fixture
def written(parts: Parts) -> Written:
    """What is left of a line in the bundle."""
    return lambda line, of=parts, **environ: redaction_for(of, environ).of(line)


def test_a_bundle_holds_no_number_name_or_secret(texts: Texts) -> None:
    found = texts(
        f"Sipho rang +27821110002 with {TOKEN}, {ACCOUNT}; mail naledi@help.example", SECRET_KEY="x"
    )
    everything = "\n".join(found.values())

    names = ("Thandi", "Sipho", "2782111", TOKEN, "key-1", ACCOUNT, "naledi", "8f3a", "hush")
    assert not [each for each in names if each in everything]
    assert "[hidden] rang [number] with [hidden], [account]; mail [address]\n" == found["log.txt"]
    assert "SECRET_KEY: set\n" in found["settings.txt"]
    assert "counsellors: 2\n" in found["tables.txt"]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("http://127.0.0.1:5000/staff/invitation/aB3-_x", "http://127.0.0.1:5000/staff/invitation/[hidden]"),
        (f"see {PUBLIC}/staff/invitation/aB3-_x.", f"see {PUBLIC}/staff/invitation/[hidden]."),
        ('"GET /calendar/tOk-1.ics HTTP/1.1" 200', '"GET /calendar/[hidden] HTTP/1.1" 200'),
        (f"{PUBLIC}/heard/tOk-2", f"{PUBLIC}/heard/[hidden]"),
        (f"GET {PUBLIC}/voice/af/g/l?t=3 200", f"GET {PUBLIC}/voice/af/g/l?t=3 200"),
    ],
)
def test_a_link_of_our_own_opens_nothing(written: Written, line: str, shown: str) -> None:
    assert shown == written(line)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (CALENDAR, "[hidden]"),
        ("ask: /private-8f3a/basic.ics?key=hush-5", "ask: [hidden]"),
        ("https://other.example/feed/s3cret?x=1 fails", "https://other.example/[cut] fails"),
        ("webcal://other.example/s3cret", "webcal://other.example/[cut]"),
        (f"{PUBLIC}.other.example/s3cret", f"{PUBLIC}.other.example/[cut]"),
        ("https://other.example is up", "https://other.example is up"),
        ("HTTPSConnectionPool(host='o', port=443): with url: /s3cret.ics (", "[cut] ("),
        (f"{FALLBACK} answers", f"{FALLBACK} answers"),
    ],
)
def test_an_address_elsewhere_is_told_without_what_may_open_it(
    written: Written, line: str, shown: str
) -> None:
    assert written(line).endswith(shown)
    assert "s3cret" not in written(line)


@pytest.mark.parametrize(
    "secret", [MAIL, "p%2Fw-9", "p/w-9", "new-key-1", "old-key-2", "new-key-1|old-key-2", "new-key-1%7Cold"]
)
def test_no_part_of_a_secret_is_left(written: Written, secret: str) -> None:
    shown = written(f"it was {secret} here")

    assert "[hidden]" in shown
    assert not [part for part in ("w-9", "key-1", "key-2") if part in shown]


def test_a_key_that_is_kept_on_disk_is_hidden(written: Written, parts: Parts) -> None:
    kept = replace(parts, secret=b"of-the-disk", older=(b"older-of-the-disk",))
    shown = written("of-the-disk and older-of-the-disk", of=kept)

    assert "[hidden] and [hidden]" == shown


@pytest.mark.parametrize("name", ["AWS_SECRET_ACCESS_KEY", "SOME_TOKEN", "PGPASSWORD", "db_password"])
def test_what_the_environment_calls_a_secret_is_hidden(written: Written, name: str) -> None:
    assert "with [hidden]" == written('with q"7-words', **{name: 'q"7-words'})
    assert "with [hidden]" == written(r"with q\"7-words", **{name: 'q"7-words'})


def test_half_a_secret_at_the_cut_of_a_long_log_is_left_out(
    texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.app.bundle.LONGEST_LOG", 12)

    assert "the end\n" == texts("a new-key-1", "the end")["log.txt"]


def test_a_file_that_was_there_lends_its_openness_to_nobody(texts: Texts, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(b64encode(os.urandom(9)))
    (tmp_path / "b.zip").chmod(0o644)
    texts("hello")

    assert 0o600 == (tmp_path / "b.zip").stat().st_mode & 0o777
    assert [] == list(tmp_path.glob("*.part"))


def test_a_database_s_password_is_no_part_of_what_is_shown() -> None:
    assert "at postgresql://[user]@db/ivr" == Redaction((), ()).of("at postgresql://ivr:pw@db/ivr")
