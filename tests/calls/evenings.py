"""Evenings at the helpline as chance makes them: who is on duty, who rings, what breaks; and how they go."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from hypothesis import strategies as st

from ivr.telephony.exchange.webhooks import Request
from tests.app.people import OnDuty
from tests.calls import harness
from tests.calls.chance import Habit, RandomCaller, RandomCounsellor
from tests.calls.deeds import is_callback
from tests.calls.playing import run
from tests.calls.rest import Trouble, over
from tests.calls.script import A_SHIFT, CALLERS, PHONES, Script
from tests.calls.staging import prepare
from tests.calls.watching import Watched, note_busy


@dataclass(frozen=True)
class Somebody:
    """A counsellor of the roster."""

    languages: tuple[str, ...]
    tier: int
    habits: tuple[Habit, ...]


@dataclass(frozen=True)
class Asking:
    """A caller: when they ring, in which language, until when they wait, how often they press a key."""

    after: float
    language: str
    patience: float | None
    keys: float


@dataclass(frozen=True)
class Faults:
    """What goes wrong: chances of callbacks, seconds, when REST has which trouble, when storage is away."""

    lost: float = 0.0
    slow: float = 0.0
    doubled: bool = False
    lag: float = 0.0
    rest: tuple[tuple[float, Trouble], ...] = ()
    away: tuple[float, float] | None = None


@dataclass(frozen=True)
class Evening:
    """Everything that chance decides."""

    people: tuple[Somebody, ...]
    fallback: bool
    at_once: str
    callers: tuple[Asking, ...]
    faults: Faults
    seed: int


HABITS = st.lists(st.sampled_from(Habit), min_size=1, max_size=3).map(tuple)
PEOPLE = st.builds(
    Somebody,
    st.lists(st.sampled_from(("en", "af", "zu")), min_size=1, max_size=2, unique=True).map(tuple),
    st.sampled_from((1, 1, 2)),
    HABITS,
)
CALLING = st.builds(
    Asking,
    st.floats(0, 90),
    st.sampled_from("123"),
    st.none() | st.floats(1, 260),
    st.sampled_from((0.0, 0.05, 0.3)),
)
TROUBLES = st.lists(st.tuples(st.floats(0, 150), st.sampled_from(Trouble)), max_size=2).map(tuple)
FAULTS = st.just(Faults()) | st.builds(
    Faults,
    st.sampled_from((0.0, 0.3, 1.0)),
    st.sampled_from((0.0, 0.0, 3.0)),
    st.booleans(),
    st.sampled_from((0.0, 0.0, 1.5)),
    TROUBLES,
    st.none() | st.none() | st.tuples(st.floats(1, 120), st.floats(5, 60)),
)
EVENINGS = st.builds(
    Evening,
    st.lists(PEOPLE, max_size=4).map(tuple),
    st.booleans(),
    st.sampled_from(("1", "2", '"all"')),
    st.lists(CALLING, min_size=1, max_size=3).map(tuple),
    FAULTS,
    st.integers(0, 1_000_000),
)


def stage(evening: Evening, folder: Path, audio: Path, database: Path) -> Watched:
    script = Script("by chance")
    start = script.at - timedelta(hours=1)
    for number, each in enumerate(evening.people, 1):
        phone = PHONES.format(number)
        person = OnDuty(f"P{number}", phone, each.languages, number, start, start + A_SHIFT, each.tier)
        script.people.append(person)
    script.settings["ring", "at_once"] = evening.at_once
    if evening.fallback:
        script.fallback = "Fundi"
        script.settings["", "fallback_number"] = f'"{PHONES.format(0)}"'
    played = prepare(script, folder, audio, database)
    quiet = not (evening.faults.rest or evening.faults.away)
    watched = Watched(quiet, played, {})
    _people(evening, watched)
    _faults(evening, watched)
    return watched


def _people(evening: Evening, watched: Watched) -> None:
    for number, name in enumerate(watched.played.parties):
        watched.people[name] = RandomCounsellor(Random(evening.seed + number), 0, (Habit.TAKES,))
    for number, each in enumerate(evening.people, 1):
        watched.people[f"P{number}"] = RandomCounsellor(Random(evening.seed + 10 * number), 0, each.habits)
    for name, asking in zip(CALLERS, evening.callers, strict=False):
        random = Random(f"{evening.seed} {name}")
        watched.people[name] = RandomCaller(random, 0, asking.language, asking.patience, asking.keys)
    for name, party in watched.played.parties.items():
        party.react = lambda message, name=name: watched.told(name, message)


def _faults(evening: Evening, watched: Watched) -> None:
    faults, wire, random = evening.faults, watched.played.wire, Random(evening.seed)

    def tells(request: Request) -> bool:
        return is_callback(request) or request.url.endswith("/voice/status")

    wire.loses = lambda request: is_callback(request) and random.random() < faults.lost
    wire.delays = lambda request: random.uniform(0, faults.slow) if tells(request) else 0.0
    wire.doubles = faults.doubled
    assert wire.later is not None
    wire.later.lag = faults.lag


async def happen(evening: Evening, staged: Callable[[], Watched]) -> Watched:
    watched = staged()
    played, clock = watched.played, watched.played.town.clock
    look = played.wire.look

    def watching() -> None:
        look()
        watched.look()

    played.wire.look = watching  # type: ignore[method-assign]
    note_busy(watched)

    async def rings(name: str, after: float) -> None:
        await clock.sleep(after)
        played.does(name, {"do": "call", "to": harness.HELPLINE})

    async def breaks(after: float, trouble: Trouble) -> None:
        await clock.sleep(after)
        played.rest.trouble = trouble

    played.pass_time(max(each.after for each in evening.callers) + sum(evening.faults.away or ()))

    async def loses_storage(after: float, seconds: float) -> None:
        here = played.stage.parts.settings.data_dir / "helpline.db"
        await clock.sleep(after)
        here.rename(here.with_suffix(".away"))
        await clock.sleep(seconds)
        here.with_suffix(".away").rename(here)

    if away := evening.faults.away:
        played.town.switch.errand(loses_storage(*away))
    for name, asking in list(zip(CALLERS, evening.callers, strict=False))[1:]:
        played.town.switch.errand(rings(name, asking.after))
    for after, trouble in evening.faults.rest:
        played.town.switch.errand(breaks(after, trouble))
    with over(played.rest):
        await run(played)
    return watched
