"""How webhooks see the helpline and act on it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from ivr.app.parts import Parts
from ivr.app.world import LatestWorld
from ivr.flow.turns import CallBackAsked, MessageLeft
from ivr.jobs.studio_recordings import TASK as STUDIO_RECORDINGS
from ivr.journal.promises import NotKeptError
from ivr.privacy import hashed
from ivr.telephony.twilio.desk import Desk, PromiseNotKeptError
from ivr.telephony.twilio.signature import SignatureCheck
from ivr.telephony.twilio.urls import Urls


def desk_of(parts: Parts) -> Desk:
    """The desk of the webhooks, on the parts."""
    return Desk(
        check=SignatureCheck(parts.settings.public_url, parts.account[1]),
        urls=Urls(parts.settings.public_url),
        caller_id=parts.settings.helpline_number,
        now=parts.now,
        world=LatestWorld(parts),
        keep=partial(_keep_message, parts),
        fetch_soon=partial(_fetch_soon, parts),
        drop=parts.fetching.drop,
        arrived=parts.messages.arrived,
        heard=parts.messages.token,
        turned=parts.figures.turned,
        keep_callback=partial(_keep_callback, parts),
        ringing=parts.ringing,
        by_dial=parts.ringing.by_dial,
        waited=parts.figures.waited,
        rang=partial(parts.figures.leg, by="dial"),
        nobody_reached=parts.ringing.nobody_reached,
        door=parts.judge.door,
        noted=parts.calls.note,
    )


def _keep_message(parts: Parts, call: str, left: MessageLeft, at: datetime, own: str) -> None:
    told = (call, left.recording, left.seconds, left.language, left.attempt, at)
    _kept(partial(parts.journal.keep_message, *told, caller=hashed(parts.secret, own)))


def _keep_callback(
    parts: Parts, call: str, asked: CallBackAsked, number: str, at: datetime, own: str
) -> None:
    table = parts.publication.current().content.service.callback
    told = (call, number, asked.language, asked.window, asked.attempt, at)
    keep = partial(
        parts.journal.keep_callback,
        *told,
        caller=hashed(parts.secret, own),
        rung=hashed(parts.secret, number),
    )
    _kept(partial(keep, per_day=table.per_day, per_hour=table.per_hour))


def _kept(keep: Callable[[], object]) -> None:
    try:
        keep()
    except NotKeptError as error:
        raise PromiseNotKeptError from error


def _fetch_soon(parts: Parts, recording: str) -> None:
    parts.fetching.soon(recording)
    parts.tasks.soon(STUDIO_RECORDINGS)
