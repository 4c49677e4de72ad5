"""`ivr explain`: what a telephony URL stands for, in words."""

import re
from urllib.parse import urlsplit

import click

from ivr.cli.context import fail, settings
from ivr.content import ContentError, load
from ivr.flow.call import Call
from ivr.flow.codec import UnknownState, decode
from ivr.sound.live import read_live
from ivr.telephony.twilio import urls as to

HAPPENED = {
    to.GATHERED: "keys were asked for",
    to.TIMED_OUT: "keys were asked for, and none came",
    to.RECORDED: "the caller was recorded",
    to.NOTHING_RECORDED: "the caller was to be recorded, and nothing came",
    to.DIALLED: "a counsellor was rung",
    to.CONTINUED: "something was played",
    to.SCREEN: "a counsellor's phone was picked up",
    to.SCREENED: "a counsellor was asked to press 1",
}
_TURN = re.compile(r"/voice/([^/]+)/([a-z])/([^/?]+)$")
_SOUND = re.compile(r"/([a-z-]+)/([0-9a-f]{64}\.wav)$")


@click.command()
@click.argument("url")
def explain(url: str) -> None:
    """Say in words what URL (of a webhook or of a sound) stands for."""
    chosen = settings()
    try:
        content = load(chosen.prompts_dir)
    except ContentError as error:
        fail(*map(str, error.problems))
    path = urlsplit(url).path
    if turn := _TURN.search(path):
        try:
            call = decode(content.helpline, turn[1], turn[3])
        except UnknownState as error:
            fail(f"This is no state that this helpline knows ({error}); its menus may have changed.")
        print(f"what happened: {HAPPENED.get(turn[2], 'unknown')}")
        _say(call)
    elif sound := _SOUND.search(path):
        prompt = read_live(content, chosen.audio_dir, ()).by_file(sound[1], sound[2])
        known = content.prompt(sound[1], prompt) if prompt else None
        print(f"{known.id} ({known.language}): {known.text}" if known else "no sound that is live now")
    else:
        fail("This is neither a webhook (…/voice/LANGUAGE/LETTER/STATE) nor a sound of the helpline.")


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
        "phones rung": len(call.rung),
        "last segment": call.topic,
        "overdose heard": call.overdose,
        "recordings": call.attempt,
    }
    for name, value in lines.items():
        if value:
            print(f"{name}: {value}")
