"""`ivr explain`: what a telephony URL stands for, in words."""

import re
from collections.abc import Mapping

import click

from ivr.cli import explain_checks, explain_legs, explain_studio
from ivr.cli.context import fail, settings
from ivr.cli.edited import edited_content
from ivr.cli.sounds import live_sounds
from ivr.content import Content, ContentError
from ivr.flow.call import Call, Wait
from ivr.flow.codec import UnknownState, decode
from ivr.flow.line_codec import decode_line
from ivr.settings import Settings
from ivr.telephony.twilio import urls as to
from ivr.telephony.twilio.counsellor_line import LINE_GATHERED, LINE_TIMED_OUT
from ivr.telephony.twilio.sealed_state import unbound
from ivr.telephony.twilio.without_flow import LOST

HAPPENED = {
    to.GATHERED: "keys were asked for",
    to.TIMED_OUT: "keys were asked for, and none came",
    to.RECORDED: "the caller was recorded",
    to.NOTHING_RECORDED: "the caller was to be recorded, and nothing came",
    to.DIALLED: "a counsellor was rung",
    to.CONTINUED: "something was played",
    to.SCREEN: "a counsellor's phone was picked up",
    to.SCREENED: "a counsellor was asked to press 1",
    to.WAITING: "the caller waits in the queue",
    to.QUEUE_ENDED: "the caller is out of the queue",
    to.NOBODY_CAME: "everybody was rung for the caller, in vain",
    LOST: "something went wrong, and the call goes on",
}
ON_THE_LINE = {
    LINE_GATHERED: "a counsellor was asked for keys, or a caller was rung for them",
    LINE_TIMED_OUT: "a counsellor was asked for keys, and none came",
}
OTHERS = {
    "/voice": "a call comes in",
    "/voice/status": "a call has ended, or changed otherwise",
    "/sms": "a text message comes in",
}
_RECORDING = re.compile(r"/voice/[^/]+/recording/?$")
_TURN = re.compile(r"/voice/([^/]+)/([a-zA-Z])/([^/?]+)$")
_HEARD = re.compile(r"/heard/[^/]+$")
_SOUND = re.compile(r"/([A-Za-z0-9-]+)/([0-9a-f]{64}\.wav)$")


@click.command()
@click.argument("url")
def explain(url: str) -> None:
    """Say in words what URL (of a webhook or of a sound) stands for."""
    chosen = settings()
    try:
        content = edited_content(chosen)
    except ContentError as error:
        fail(*map(str, error.problems))
    path = url.partition("?")[0].partition("#")[0]
    if turn := _TURN.search(path):
        _explain_turn(content, turn[1], turn[2], turn[3])
    elif sound := _SOUND.search(path):
        _explain_sound(chosen, content, sound[1], sound[2])
    elif _RECORDING.search(path):
        print("a recording is ready to be fetched")
    elif _HEARD.search(path):
        print("a message is heard, by whoever left it or by the counsellor who took it")
    elif other := next((end for end in OTHERS if path.rstrip("/").endswith(end)), None):
        print(OTHERS[other])
    else:
        fail("This is neither a webhook (…/voice/LANGUAGE/LETTER/STATE) nor a sound of the helpline.")


def _explain_turn(content: Content, language: str, what: str, state: str) -> None:
    if what in ON_THE_LINE:
        _explain_line(language, what, state)
    elif what in explain_studio.HAPPENED:
        _explain_studio(content, language, what, state)
    elif what in explain_legs.HAPPENED:
        _explain_leg(content, language, what, state)
    elif what in explain_checks.HAPPENED:
        _explain_check(language, what, state)
    else:
        _explain_call(content, language, what, state)


def _explain_studio(content: Content, language: str, what: str, state: str) -> None:
    try:
        _print(explain_studio.studio_lines(content, language, what, unbound(state) or state))
    except UnknownState as error:
        fail(f"This is no state of the recording line ({error}).")


def _explain_leg(content: Content, language: str, what: str, state: str) -> None:
    try:
        _print(explain_legs.leg_lines(content, language, what, state))
    except UnknownState as error:
        fail(f"This is no state of a counsellor's phone ({error}).")


def _explain_check(language: str, what: str, state: str) -> None:
    try:
        _print(explain_checks.check_lines(language, what, state))
    except UnknownState as error:
        fail(f"This is no state of a call that checks a phone ({error}).")


def _explain_call(content: Content, language: str, what: str, state: str) -> None:
    try:
        call = decode(content.helpline, language, state)
    except UnknownState as error:
        fail(f"This is no state that this helpline knows ({error}); its menus may have changed.")
    print(f"what happened: {HAPPENED.get(what, 'unknown')}")
    _say(call)


def _explain_line(language: str, what: str, state: str) -> None:
    try:
        line = decode_line(language, unbound(state))
    except UnknownState as error:
        fail(f"This is no state of the counsellors' line ({error}).")
    lines = {
        "what happened": ON_THE_LINE[what],
        "language": language,
        "place": f"the counsellors' line, {line.spot.name.lower()}",
        "counsellor's key": line.person,
        "duty": line.duty.name.lower(),
        "promise": line.item.id if line.item else "",
    }
    _print(lines)


def _explain_sound(chosen: Settings, content: Content, language: str, file: str) -> None:
    prompt = live_sounds(chosen, content).by_file(language, file)
    if prompt is None:
        fail("No prompt has this sound now; its words have changed, or another recording is live.")
    known = content.prompt(language, prompt)
    print(f"{prompt} ({language}): {known.text if known else ''}".rstrip(": "))


def _say(call: Call) -> None:
    """One line for everything that is not at its default."""
    lines = {
        "language": call.language,
        "place": " ".join(filter(None, (call.place.kind.name.lower(), call.place.name))),
        "part": call.place.part,
        "back leads to": " < ".join(each.name or each.kind.name.lower() for each in reversed(call.trail)),
        "silences": call.silences,
        "wrong keys": call.wrongs,
        "attempts to reach a person": call.tries,
        "phones rung one by one": len(call.rung),
        "phones rung for the queue": _number(call.rung_in_queue),
        "last segment": call.topic,
        "overdose heard": call.overdose,
        "recordings": call.attempt,
        "messages before": call.messages,
        "call-backs asked for": call.callbacks,
        "number withheld": call.withheld,
        "announcements heard": call.announced,
    }
    _print({**lines, **_waited(call.wait)})


def _waited(wait: Wait | None) -> Mapping[str, object]:
    if wait is None:
        return {}
    return {
        "in the queue": "yes" if wait.queued else "has left it",
        "times in a queue": wait.entry,
        "seconds waited": wait.waited,
        "wait documents": wait.tick,
        "minutes last told": wait.told,
    }


def _number(rung: tuple[str, ...] | None) -> object:
    return "not known" if rung is None else len(rung)


def _print(lines: Mapping[str, object]) -> None:
    for name, value in lines.items():
        if value:
            print(f"{name}: {'yes' if value is True else value}")
