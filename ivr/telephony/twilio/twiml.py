"""A turn of the flow as TwiML: what is heard, then one hand-back that no network can fall out of."""

from collections.abc import Callable
from typing import Protocol, assert_never

from ivr.flow.turns import (
    Dial,
    Enqueue,
    Gather,
    Go,
    HangUp,
    Leave,
    Play,
    PlayBack,
    Record,
    ToStudio,
    Turn,
)
from ivr.telephony.twilio import urls as to
from ivr.telephony.twilio import verbs
from ivr.telephony.twilio.urls import Urls, Where
from ivr.telephony.twilio.voices import voice

SILENCE = 10  # seconds, in place of a sound without words that was never made

Token = Callable[[str], str]


class Sounds(Protocol):
    """Which sounds are live, looked up in memory."""

    def url(self, prompt: str, language: str) -> str | None:
        """The absolute URL of the sound, of a language that stands in if need be; None: there is none."""

    def words(self, prompt: str, language: str) -> str:
        """What the network is to say itself when there is no sound."""


class People(Protocol):
    """Whom a Dial can name."""

    def phone(self, key: str) -> str | None:
        """The phone of a counsellor or of the fallback, E.164; None: nobody by that key."""


class UnknownPersonError(LookupError):
    """A turn rings somebody whom the roster no longer knows."""

    def __init__(self, key: str) -> None:
        super().__init__(f"nobody is known by the key {key!r}, so no phone can be rung")
        self.key = key


def render(
    turn: Turn, where: Where, urls: Urls, sounds: Sounds, people: People, caller_id: str, token: Token
) -> str:
    """The document for `turn`, whose webhooks carry `where`.

    `caller_id` is the helpline's number, `token` makes the secret under which a recording can be heard.
    Raises UnknownPersonError, and DocumentTooLongError.
    """
    plays = [_heard(each, urls, sounds, token) for each in turn.plays]
    if isinstance(turn.then, Gather):
        return verbs.document(*_question(plays, turn.then, where, urls))
    if isinstance(turn.then, ToStudio):
        return verbs.document(*plays, verbs.redirect(urls.studio(where.language)))
    return verbs.document(*plays, *_hand_back(turn.then, where, urls, people, caller_id))


def render_leave() -> str:
    """Out of the queue; the Enqueue's action says how the call goes on."""
    return verbs.document(verbs.leave())


def sound(play: Play, sounds: Sounds) -> str:
    """The verb by which a prompt is heard: its sound, else the network's own voice; silence without words."""
    url = sounds.url(play.prompt, play.language)
    if url is not None:
        return verbs.play(url)
    words = sounds.words(play.prompt, play.language)
    return verbs.say(words, voice(play.language)) if words else verbs.pause(SILENCE)


def _heard(play: Play | PlayBack, urls: Urls, sounds: Sounds, token: Token) -> str:
    if isinstance(play, PlayBack):
        return verbs.play(urls.heard(token(play.recording)))
    return sound(play, sounds)


def _question(plays: list[str], then: Gather, where: Where, urls: Urls) -> tuple[str, ...]:
    action = urls.turn(to.GATHERED, where.language, where.state)
    asked = verbs.gather(plays, action=action, timeout=then.timeout, digits=then.digits, finish=then.finish)
    return asked, verbs.redirect(urls.turn(to.TIMED_OUT, where.language, where.state))


def _hand_back(
    then: Record | Dial | Enqueue | Leave | Go | HangUp,
    where: Where,
    urls: Urls,
    people: People,
    caller_id: str,
) -> tuple[str, ...]:
    match then:
        case Record():
            return _recording(then, where, urls)
        case Dial():
            return (_ringing(then, where, urls, people, caller_id),)
        case Enqueue():
            return (_queueing(where, urls),)
        case Leave():
            return (verbs.leave(),)
        case Go():
            onward = verbs.redirect(urls.turn(to.CONTINUED, where.language, where.state))
            return (verbs.pause(then.pause), onward) if then.pause > 0 else (onward,)
        case HangUp():
            return (verbs.hang_up(),)
        case _:
            assert_never(then)


def _recording(then: Record, where: Where, urls: Urls) -> tuple[str, ...]:
    recorded = verbs.record(
        action=urls.turn(to.RECORDED, where.language, where.state),
        silence=then.silence,
        longest=then.longest,
        finish=then.finish,
        status=urls.recording(where.language),
    )
    return recorded, verbs.redirect(urls.turn(to.NOTHING_RECORDED, where.language, where.state))


def _queueing(where: Where, urls: Urls) -> str:
    action = urls.turn(to.QUEUE_ENDED, where.language, where.state)
    return verbs.enqueue(where.queue, action=action, wait=urls.turn(to.WAITING, where.language, where.state))


def _ringing(then: Dial, where: Where, urls: Urls, people: People, caller_id: str) -> str:
    phone = people.phone(then.person)
    if phone is None:
        raise UnknownPersonError(then.person)
    return verbs.dial(
        [verbs.number(phone, urls.screen(where.language, where.state))],
        action=urls.turn(to.DIALLED, where.language, where.state),
        timeout=then.seconds,
        caller_id=caller_id,
    )
