"""The single parts, each put on the ground."""

from collections.abc import Callable
from functools import partial

from sqlalchemy import Engine

from ivr.app.callbacks import CallBackParts
from ivr.app.check_calls import CheckParts
from ivr.app.daily import DailyParts
from ivr.app.ground import BLOCKS, Ground, Now
from ivr.app.recordings import Network
from ivr.app.retention import retention
from ivr.app.ringing import RingParts, calls_from, calls_of
from ivr.app.staff_line import StaffLineParts
from ivr.app.studio_line import StudioParts
from ivr.app.telling import TellingParts, Texting
from ivr.jobs.fetching import Fetching
from ivr.jobs.messages import Messages
from ivr.jobs.nuisance import Judge
from ivr.jobs.publication import Publication
from ivr.jobs.retention import Retention
from ivr.journal.sealing import Sealing
from ivr.journal.snapshot import Snapshot
from ivr.settings import Settings
from ivr.telephony.twilio.leg_phones import Calls


def _shared(of: Ground) -> tuple[Settings, Engine, Now, bytes, Publication, Snapshot]:
    """What most parts begin with."""
    return of.settings, of.engine, of.now, of.secret, of.publication, of.snapshot


def _calls(ground: Ground) -> Callable[[], Calls]:
    return partial(calls_of, ground.settings, ground.account, ground.publication)


def ring(ground: Ground) -> RingParts:
    """What rings counsellors for callers in queues."""
    return RingParts(*_shared(ground), _calls(ground))


def checks(ground: Ground) -> CheckParts:
    """What rings a phone only to see whether it can be reached."""
    return CheckParts(*_shared(ground), _calls(ground))


def call_backs(ground: Ground, sealing: Sealing) -> CallBackParts:
    """What rings callers back."""
    settings, engine, now, _, publication, snapshot = _shared(ground)
    return CallBackParts(settings, engine, now, sealing, publication, snapshot, _calls(ground))


def telling(ground: Ground) -> TellingParts:
    """What tells staff."""
    settings, engine, now, _, publication, snapshot = _shared(ground)
    return TellingParts(settings, engine, now, publication, snapshot, ground.account)


def line(ground: Ground) -> StaffLineParts:
    """The counsellors' own line."""
    texting = Texting(ground.settings, ground.account, ground.publication)
    return StaffLineParts(*_shared(ground), texting.send_sms, ground.tasks.soon, ground.older)


def studio(ground: Ground, network: Network, fetching: Fetching) -> StudioParts:
    """The line on which staff record."""
    own = network, fetching.drop, ground.tasks.soon, ground.older
    return StudioParts(*_shared(ground), ground.takes, *own)


def daily(ground: Ground) -> DailyParts:
    """What is looked at every day."""
    settings, engine, now, _, publication, _ = _shared(ground)
    calls = partial(calls_from, settings, ground.account, publication)
    return DailyParts(settings, engine, now, publication, calls)


def judge(ground: Ground) -> Judge:
    """Who says which callers may ask for a person."""
    return Judge(
        ground.secret,
        lambda: ground.snapshot.current().rows(BLOCKS),
        lambda: ground.publication.current().content.service.nuisance,
        ground.now,
        ground.older,
    )


def retained(ground: Ground, messages: Messages, network: Network) -> Retention:
    """What removes stored things in time."""
    settings, engine, now, _, publication, _ = _shared(ground)
    return retention(settings, engine, now, publication, messages, ground.takes, network, ground.tasks.soon)
