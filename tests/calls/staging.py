"""Sets a script's scene: the helpline as its first lines say, the exchange, and everybody's phones."""

import json
import re
import shutil
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

from ivr.app.parts import build
from ivr.privacy import hashed
from ivr.storage.blocks import block
from ivr.storage.engine import engine_for, reading, writing
from ivr.storage.promises import list_promises
from ivr.telephony.exchange.account import Account
from ivr.telephony.exchange.address import Address
from ivr.telephony.exchange.leg import Go, Watch
from tests.app.people import keep_people
from tests.app.stage import PUBLIC, Stage, StoppedClock, readers, stage_settings
from tests.calls import harness
from tests.calls.network import AppShelf, Breakable, Wire
from tests.calls.news import announce
from tests.calls.playing import Played, run
from tests.calls.rest import API_URL, Later, Rest, over
from tests.calls.script import CALLERS, STAFF, Script

DEMONSTRATION = "+12025550101"
HIDDEN = "anonymous"
SECRET = b"of the tests"


async def play(script: Script, folder: Path, audio: Path, database: Path) -> Played:
    """All that happens in a script."""
    played = prepare(script, folder, audio, database)
    with over(played.rest):
        await run(played)
    return played


def prepare(script: Script, folder: Path, audio: Path, database: Path) -> Played:
    """The scene before the first ring."""
    rest = Rest()
    later = Later(rest)
    stage, breakable = _stage(script, folder, audio, database, later)
    wire = Wire(stage, later=later)
    stage.parts.tasks._wakes = wire.woken  # type: ignore[assignment] (no thread waits for a file)
    town = harness.build_town(
        wire,
        AppShelf(stage),
        voice=Go(f"{PUBLIC}/voice"),
        status=Watch(f"{PUBLIC}/voice/status"),
        account=Account(*stage.parts.account),
        impatient_queue=True,
    )
    wire.town = rest.town = town
    played = Played(script, stage, wire, rest, breakable, town, left=list(script.steps))
    _invite(played)
    return played


def _stage(
    script: Script, folder: Path, audio: Path, database: Path, later: Later
) -> tuple[Stage, Breakable]:
    environ = {"TWILIO_API_URL": API_URL, **_written(script, folder, audio)}
    settings = stage_settings(folder, audio, exchange=script.demonstration, environ=environ)
    settings.data_dir.mkdir(parents=True)
    shutil.copy(database, settings.data_dir / "helpline.db")
    keep_people(settings, script.people)
    if script.demonstration:
        _write_address(settings.data_dir)
    clock = StoppedClock(script.at)
    parts = build(settings, clock, later, readers(settings, audio))
    breakable = Breakable(parts.publication)
    stage = Stage(replace(parts, publication=breakable), clock)  # type: ignore[arg-type] (it does as much)
    _block(script, stage)
    announce(script.news, stage)
    parts.snapshot.load()
    parts.publication.refresh()
    return stage, breakable


def _write_address(data_dir: Path) -> None:
    address = Address(API_URL, "", "", "", harness.HELPLINE, 0)
    (data_dir / "exchange.json").write_text(json.dumps(asdict(address)))


def _written(script: Script, folder: Path, audio: Path) -> dict[str, str]:
    """Where the helpline's words are, in a copy if the script sets something."""
    if not script.settings:
        return {}
    copy = folder / "prompts"
    shutil.copytree(audio.parent / "prompts", copy)
    path = copy / "helpline.toml"
    text = path.read_text("utf-8")
    for (table, key), value in script.settings.items():
        text = _set(text, table, key, value)
    path.write_text(text, "utf-8")
    return {"PROMPTS_DIR": str(copy)}


def _set(text: str, table: str, key: str, value: str) -> str:
    start = text.index(f"\n[{table}]\n") if table else 0
    before, rest = text[:start], text[start:]
    changed, count = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value}", rest, count=1)
    assert count == 1
    return before + changed


def _block(script: Script, stage: Stage) -> None:
    at = stage.clock.at
    with writing(engine_for(stage.parts.settings.database_url)) as connection:
        for each in script.blocked:
            block(connection, hashed(SECRET, CALLERS[each]), "", at + timedelta(days=1), at)


def _invite(played: Played) -> None:
    script = played.script
    numbers = {name: HIDDEN if name in script.hidden else number for name, number in CALLERS.items()}
    numbers |= {each.name: each.phone for each in script.people if each.name not in script.off}
    if script.fallback and script.fallback not in script.off:
        numbers[script.fallback] = script.phone(script.fallback)
    if script.demonstration:
        numbers["Demonstration"] = DEMONSTRATION
    for name, number in numbers.items():
        played.parties[name] = played.town.add(number, lambda message, name=name: played.told(name, message))
    for name in script.busy:
        phone = played.parties[name].phone
        assert phone is not None
        phone.begin()
    _connect_texts(played, numbers)


def _connect_texts(played: Played, numbers: dict[str, str]) -> None:
    names = {number: name for name, number in numbers.items()} | {STAFF: "Staff"}
    played.rest.bad.update(played.script.phone(each) for each in played.script.unknown)

    def texted(to: str, body: str) -> None:
        played.met(names[to], f"told by SMS: {body}")

    played.rest.texted = texted


def rings_to_test(played: Played) -> list[str]:
    """What became of staff's tests, in their order."""
    found = [played.stage.parts.checks.state(each) for each in played.tests]
    return [each.state for each in found if each]


def promised(played: Played) -> list[str]:
    """The promises of the database, in the words of a script."""
    with reading(engine_for(played.stage.parts.settings.database_url)) as connection:
        found = list_promises(connection)
    return [
        f"one {each.kind} in {each.language}" + ("" if each.state == "open" else f", {each.state}")
        for each in found
    ]
