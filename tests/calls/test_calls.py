"""Every script in this folder, played on the real helpline by the real exchange."""

from pathlib import Path

import pytest

from tests.calls import harness
from tests.calls.playing import Played
from tests.calls.script import CALLERS, read
from tests.calls.staging import play, promised, rings_to_test

FOLDER = Path(__file__).parent
SCRIPTS = sorted(FOLDER.glob("**/*.txt"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
async def test_the_call_goes_as_it_is_told(path: Path, tmp_path: Path, audio: Path, database: Path) -> None:
    script = read(path)

    played = await play(script, tmp_path, audio, database)
    told = "\n".join([script.title, *played.log])

    assert [] == [f"line {step.line}: {step.text}" for step in played.left], told
    assert [] == [each for each in script.never if any(f"hears {each}" in line for line in played.log)], told
    assert [] == [
        each for each in script.once if sum(f": hears {each} (" in line for line in played.log) != 1
    ], told
    assert script.rang in {"", ", ".join(played.rang) or "nobody"}, told
    assert (script.left or "nothing") == ("; ".join(promised(played)) or "nothing"), told
    assert script.tests in {"", ", ".join(rings_to_test(played))}, told
    assert [] == played.ringing_at_end, told
    assert not played.town.switch.recordings._kept
    neither_sees_the_others_number(played)


def neither_sees_the_others_number(played: Played) -> None:
    phones = [each.phone for each in played.script.people]
    for name, party in played.parties.items():
        shown = str(party.heard.told)

        assert not [each for each in (phones if name in CALLERS else CALLERS.values()) if each in shown]
        assert {harness.HELPLINE} >= {each["from"] for each in party.heard.told if "from" in each}


def test_there_is_a_script_for_every_way_a_call_can_go() -> None:
    assert len(SCRIPTS) >= 60
