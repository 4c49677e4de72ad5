"""What is missing before a helpline may go live, and what to do about each; pure."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from ivr.console.settings_checks_keeping import keeping, retention
from ivr.console.settings_checks_staff import accounts, people, roster, telling
from ivr.console.settings_facts import Check, Facts, Level, Voice, counted, day
from ivr.settings import is_loopback


def checks(facts: Facts) -> tuple[Check, ...]:
    """Everything that was looked at, in the order in which it is best seen to."""
    return tuple(check for look in _LOOKS for check in look(facts))


def _network(facts: Facts) -> Iterator[Check]:
    if facts.exchange_mode:
        yield Check(
            "Telephone network",
            Level.MISSING,
            "No account is set: only the phone in the browser and in the terminal can call.",
            "Set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and HELPLINE_NUMBER, and start again.",
        )
    else:
        yield Check("Telephone network", Level.OK, "An account is set.")


def _address(facts: Facts) -> Iterator[Check]:
    parts = urlsplit(facts.public_url)
    told, todo = f"PUBLIC_URL is {facts.public_url}.", ""
    if is_loopback(parts.hostname or ""):
        todo = "Set PUBLIC_URL to the https address under which this server is reached from outside."
    elif parts.scheme != "https":
        todo = "Set PUBLIC_URL to https: callers' numbers and keys would travel in the open."
    yield Check("Address", Level.MISSING if todo else Level.OK, told, todo)


def _number(facts: Facts) -> Iterator[Check]:
    name = "The number's webhooks"
    if facts.exchange_mode:
        return
    if facts.number_problem:
        todo = "Check the account, its token and TWILIO_API_URL."
        yield Check(name, Level.WARNING, f"The network could not be asked: {facts.number_problem}.", todo)
    elif facts.number is None:
        yield Check(name, Level.WARNING, "The network is being asked.", "Look again in a few seconds.")
    elif facts.number:
        todo = "Run: ivr twilio connect"
        yield Check(name, Level.MISSING, "Not as it has to be: " + "; ".join(facts.number) + ".", todo)
    else:
        yield Check(name, Level.OK, "Calls and text messages to the number come here.")


def _fallback(facts: Facts) -> Iterator[Check]:
    own, other = urlsplit(facts.public_url).hostname, urlsplit(facts.fallback_url).hostname
    if not facts.fallback_url:
        told = "With this server gone, callers hear an error and are cut off."
        todo = "Run: ivr twilio fallback; put what it writes on another host, and set FALLBACK_URL."
        yield Check("When this server is gone", Level.MISSING, told, todo)
    elif own == other:
        told, todo = "FALLBACK_URL is on this server.", "Host the emergency answer on another one."
        yield Check("When this server is gone", Level.MISSING, told, todo)
    else:
        yield Check("When this server is gone", Level.OK, f"{other} answers then.")
    if not facts.fallback_number:
        told = "When no counsellor answers, no last phone rings."
        todo = "Set fallback_number in helpline.toml, for instance to a hotline that is always open."
        yield Check("Fallback number", Level.WARNING, told, todo)


def _greeting(facts: Facts) -> Iterator[Check]:
    if facts.greeted is None:
        told = "Nobody has had themselves called yet."
        yield Check("A call that was heard", Level.WARNING, told, 'Press "Call me now" below, and listen.')
    else:
        yield Check("A call that was heard", Level.OK, f"Last on {day(facts.greeted)}.")


def _voices(facts: Facts) -> Iterator[Check]:
    for voice in facts.voices:
        found = list(_of_voice(voice))
        level = max((level for level, _, _ in found), key=list(Level).index, default=Level.OK)
        told = "; ".join(told for _, told, _ in found) or "every prompt is heard, and somebody reviewed it"
        todo = " ".join(dict.fromkeys(todo for _, _, todo in found))
        yield Check(f"Sound: {voice.name}", level, told[:1].upper() + told[1:] + ".", todo)
    if facts.remark:
        yield Check("Sound", Level.WARNING, facts.remark[:1].upper() + facts.remark[1:] + ".", "See above.")


def _of_voice(voice: Voice) -> Iterator[tuple[Level, str, str]]:
    if voice.withdrawn:
        yield Level.WARNING, "withdrawn: callers are not offered it", "Offer it again in the studio."
        return
    if voice.missing:
        level = Level.MISSING if voice.default else Level.WARNING
        told = (
            counted(voice.missing, "prompt")
            + " without sound"
            + ("" if voice.offered else ", so as it stands it is not offered")
        )
        built = "" if voice.only_recorded else ", or run: ivr audio build"
        yield level, told, f"Record them in the studio{built}."
    if voice.stale:
        told = counted(voice.stale, "recording") + " of other words"
        yield Level.WARNING, told, "Record them anew in the studio."
    if not voice.reviewed_by:
        told = "nobody who speaks it has reviewed the words"
        yield Level.WARNING, told, "Have them read in the studio, and mark the language reviewed."


_LOOKS: tuple[Callable[[Facts], Iterator[Check]], ...] = (
    *(_network, _address, _number, _fallback, _greeting, _voices),
    *(people, roster, telling, accounts, keeping, retention),
)
