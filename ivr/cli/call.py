"""`ivr call`: a call through the exchange, on this terminal."""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import click

from ivr.cli.call_heard import Heard, Target
from ivr.cli.call_place import UnreachableHelpline, helpline
from ivr.cli.call_terminal import Handset, Message, React, Terminal
from ivr.cli.call_typing import COUNSELLOR_HELP, HELP, Send, Typist, typing
from ivr.cli.context import fail, settings
from ivr.settings import is_e164
from ivr.telephony.exchange.address import Address
from ivr.telephony.exchange.config import ExchangeRefused, guard
from ivr.telephony.exchange.parties import Caller, Counsellor, Entry, Habit, ScriptError, read_script

CALLER = "+12025550142"
COUNSELLORS = 3  # phones for numbers nobody has, so that several can ring at once


@dataclass(frozen=True, slots=True)
class Plan:
    """The call to be placed; without a script somebody types."""

    caller: str
    to: str
    script: tuple[Entry, ...] | None
    habit: Habit
    real_time: bool


@click.command()
@click.option("--from", "caller", default=CALLER, show_default=True, help="The caller's number.")
@click.option("--to", default=None, help="The number to call; the helpline's unless given.")
@click.option("--keys", default=None, help="A script such as 2,0,w5,123#,w,h (w waits, h hangs up).")
@click.option("--record", type=click.Path(path_type=Path), help="Write what was heard to this WAV.")
@click.option("--real-time", is_flag=True, help="Let a scripted call take as long as it does.")
@click.option(
    "--counsellor",
    type=click.Choice([each.value for each in Habit]),
    default=Habit.ANSWERS.value,
    show_default=True,
    help="What a counsellor's phone does when it rings.",
)
def call(
    caller: str, to: str | None, keys: str | None, record: Path | None, real_time: bool, counsellor: str
) -> None:
    """Place a call through the exchange, on this terminal.

    Without --keys you press the keys yourself. A script's entries are pressed, one after another, when keys
    are awaited and all has been heard; when it is used up the caller hangs up after two more silences.
    """
    plan = _plan(caller, to, keys, Habit(counsellor), real_time=real_time)
    target = _target(record)
    try:
        _place(plan, target)
    finally:
        if target:
            target.discard()


def _plan(caller: str, to: str | None, keys: str | None, habit: Habit, *, real_time: bool) -> Plan:
    for number in (caller, to or CALLER):
        if not is_e164(number) and number != "anonymous":
            fail(f"{number!r} is not a telephone number; write + and country code, as {CALLER}")
    if keys is None and not sys.stdin.isatty():
        print("Nobody is at a terminal, so no key is pressed; --keys gives a script of them.")
        keys = ""
    try:
        script = None if keys is None else read_script(keys)
    except ScriptError as error:
        fail(f"--keys: {error}")
    return Plan(caller, to or "", script, habit, real_time)


def _target(path: Path | None) -> Target | None:
    try:
        return Target(path) if path else None
    except OSError as error:
        fail(f"--record: {path} cannot be written: {error.strerror or error}; name a file you may write")


def _place(plan: Plan, target: Target | None) -> None:
    environment = settings()
    try:
        guard(environment)
        with helpline(environment) as address:
            problems = asyncio.run(_call(plan, address, target))
    except (UnreachableHelpline, ExchangeRefused) as error:
        fail(str(error))
    except (aiohttp.ClientError, OSError, ValueError) as error:
        fail(f"the call broke: {error}")
    except KeyboardInterrupt:
        fail("Interrupted: the caller has hung up.", code=130)
    if problems:
        fail(*problems)


async def _call(plan: Plan, address: Address, target: Target | None) -> Sequence[str]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None, sock_connect=5)) as session:
        terminal = Terminal(address, session, print, Heard() if target else None)
        await _hold(plan, terminal)
        if target and terminal.heard:
            target.write(terminal.heard.wav(terminal.seconds))
    return terminal.problems


async def _hold(plan: Plan, terminal: Terminal) -> None:
    script = Caller(plan.script) if plan.script is not None else None
    patient = script is not None and not plan.real_time
    react = script.react if script else _hand_over
    caller = await terminal.handset(plan.caller, react, terminal.note_caller, patient=patient)
    others = [
        await terminal.handset("*", _habit(plan), terminal.note_counsellor, patient=patient)
        for _ in range(COUNSELLORS if script else 1)
    ]
    serving = [asyncio.ensure_future(each.serve()) for each in (caller, *others)]
    await caller.do({"do": "call", "to": plan.to or terminal.address.number})
    with nullcontext() if script else _typing(caller, others[0]):
        await _until_over(terminal, serving)
    if script and script.gave_up:
        print("The script was used up, two silences were listened through, and the caller hung up.")


def _habit(plan: Plan) -> React:
    return Counsellor(plan.habit).react if plan.script is not None else _hand_over


async def _until_over(terminal: Terminal, serving: list["asyncio.Task[None]"]) -> None:
    over = asyncio.ensure_future(terminal.ended.wait())
    await asyncio.wait({over, *serving}, return_when=asyncio.FIRST_COMPLETED)
    broken = [each.exception() for each in serving if each.done()]
    for task in (over, *serving):
        task.cancel()
    if not terminal.ended.is_set():
        raise ConnectionError(f"the exchange is gone in mid-call ({next(filter(None, broken), 'closed')})")


def _hand_over(message: Message) -> list[Message]:
    if message["is"] == "ringing":
        print(COUNSELLOR_HELP)
    return [{"do": "recording", "take": message["take"]}] if message["is"] == "recorded" else []


def _typing(caller: Handset, counsellor: Handset) -> AbstractContextManager[None]:
    print(HELP)
    doing: set[asyncio.Task[None]] = set()

    def sender(handset: Handset) -> Send:
        def send(deed: Message) -> None:
            task = asyncio.ensure_future(handset.do(deed))
            doing.add(task)
            task.add_done_callback(doing.discard)

        return send

    return typing(Typist(sender(caller), sender(counsellor)))
