from collections.abc import Callable, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ivr.content.catalogue import Content, Language, Prompt
from ivr.flow.helpline import Helpline
from ivr.telephony.twilio.fallback import Apology, FallbackError, document, plan, write

Checked = Callable[[str], ET.Element]
BASE = "https://pages.example.net/line/"
NUMBER = "+27105550100"


def content(*written: str, number: str | None = "+27105550199") -> Content:
    languages = ("en", "af", "zu")
    helpline = Helpline("Line", languages, "main", "overdose", {}, {}, fallback_number=number)
    words = {"fallback.apology": "Sorry in", "trouble.nobody": "Nobody in"}
    prompts = {
        code: {name: Prompt(name, code, f"{text} {code}.", "", 8, 1) for name, text in words.items()}
        for code in written
    }
    return Content(helpline, {code: Language(code, code) for code in languages}, prompts)


def shelf(folder: Path, *codes: str) -> Callable[[str, str], Path | None]:
    for code in codes:
        (folder / f"{code}.wav").write_bytes(b"RIFF" + code.encode())
    return lambda prompt, code: folder / f"{code}.wav" if code in codes and "apology" in prompt else None


def codes(apologies: Sequence[Apology]) -> tuple[str, ...]:
    return tuple(each.language for each in apologies)


def test_every_language_apologises_by_its_own_sound(tmp_path: Path) -> None:
    planned = plan(content("en", "af"), ["en", "af"], shelf(tmp_path, "en", "af"), hosted=True)

    assert codes(planned.apologies) == ("en", "af")
    assert [each.sound for each in planned.apologies] == [tmp_path / "en.wav", tmp_path / "af.wav"]
    assert planned.notes == ()


def test_a_language_without_the_sound_is_left_out_and_named(tmp_path: Path) -> None:
    planned = plan(content("en", "af"), ["en", "af"], shelf(tmp_path, "en"), hosted=True)

    assert codes(planned.apologies) == ("en",)
    assert [note for note in planned.notes if note.startswith("af: left out")]


@pytest.mark.parametrize("hosted", [True, False])
def test_without_any_sound_or_address_for_it_the_network_says_the_words_it_can(
    tmp_path: Path, hosted: bool
) -> None:
    find = shelf(tmp_path) if hosted else shelf(tmp_path, "en", "af", "zu")

    planned = plan(content("en", "af", "zu"), ["en", "af", "zu"], find, hosted=hosted)

    assert planned.apologies == (Apology("en", "Sorry in en."), Apology("af", "Sorry in af."))
    assert [note for note in planned.notes if note.startswith("zu: left out")]


def test_without_a_fallback_number_no_connection_is_promised(tmp_path: Path) -> None:
    planned = plan(content("en", number=None), ["en"], shelf(tmp_path, "en"), hosted=True)

    assert planned.apologies == (Apology("en", "Nobody in en."),)


def test_words_that_are_missing_are_named_by_file_and_key(tmp_path: Path) -> None:
    with pytest.raises(FallbackError, match=r"en\.toml: fallback\.apology"):
        plan(content(), ["en"], shelf(tmp_path), hosted=True)


def test_the_document_apologises_then_rings_the_fallback_number_without_any_webhook(
    checked: Checked, tmp_path: Path
) -> None:
    planned = plan(content("en", "af"), ["en", "af"], shelf(tmp_path, "en", "af"), hosted=True)

    root = checked(document(planned.apologies, BASE, NUMBER, "+27105550199"))

    assert [each.tag for each in root] == ["Play", "Play", "Dial", "Hangup"]
    assert [each.text for each in root[:2]] == [BASE + "sound/en/en.wav", BASE + "sound/af/af.wav"]
    assert root[2].attrib == {"timeout": "40", "timeLimit": "14400", "callerId": NUMBER}
    assert [(each.text, each.attrib) for each in root[2]] == [("+27105550199", {})]


def test_without_a_fallback_number_the_apology_is_followed_by_the_end(checked: Checked) -> None:
    root = checked(document([Apology("en", "Sorry.")], "", NUMBER, None))

    assert [each.tag for each in root] == ["Say", "Hangup"]
    assert (root[0].text, root[0].get("language")) == ("Sorry.", "en-GB")


def test_the_folder_holds_the_document_its_sounds_and_how_to_host_them(tmp_path: Path) -> None:
    planned = plan(content("en"), ["en"], shelf(tmp_path, "en"), hosted=True)
    folder = tmp_path / "new" / "out"

    written = write(folder, "<Response/>", planned.apologies, BASE)

    assert (folder / "sound/en/en.wav").read_bytes() == b"RIFFen"
    assert (folder / "fallback.xml").read_text("utf-8") == "<Response/>"
    assert BASE + "fallback.xml" in (folder / "README.txt").read_text("utf-8")
    assert sorted(written) == sorted(each for each in folder.rglob("*") if each.is_file())


def test_nothing_half_written_stays_behind(tmp_path: Path) -> None:
    (tmp_path / "fallback.xml").mkdir()

    with pytest.raises(OSError, match=r"fallback\.xml"):
        write(tmp_path, "<Response/>", [], BASE)

    assert sorted(each.name for each in tmp_path.iterdir()) == ["README.txt", "fallback.xml"]
