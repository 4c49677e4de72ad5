"""Everything that runs in a web worker, made from the settings."""

import logging
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, fields
from threading import Event, Thread
from typing import Any

from ivr.app import single_parts
from ivr.app.callbacks import Promised
from ivr.app.ground import Ground, Now, lay
from ivr.app.messages import messages_of
from ivr.app.number import number_watch
from ivr.app.recordings import Network
from ivr.app.speech import speaking
from ivr.app.staff_line import StaffLineParts
from ivr.app.studio_line import StudioParts
from ivr.jobs.calendars import refreshing
from ivr.jobs.call_upkeep import upkeep
from ivr.jobs.check_calls import CheckCalls
from ivr.jobs.fetching import Fetching
from ivr.jobs.messages import Messages
from ivr.jobs.nuisance import Judge
from ivr.jobs.number_watch import NumberWatch
from ivr.jobs.put_off import PutOff
from ivr.jobs.queue import Task
from ivr.jobs.readers import Readers
from ivr.jobs.refused import RefusedPromises
from ivr.jobs.retention import Retention
from ivr.jobs.ringing import Ringing
from ivr.jobs.self_test import SelfTest
from ivr.jobs.speaking import Speaking
from ivr.jobs.takes import fetching_takes, following
from ivr.journal.calls import CallJournal
from ivr.journal.promises import PromiseJournal
from ivr.journal.sealing import Sealing
from ivr.settings import Settings
from ivr.telephony.health import Figures
from ivr.telephony.twilio.rest import RestError

_LOG = logging.getLogger(__name__)
LOOK_EVERY = 1.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts(Ground):
    """Everything that runs in a web worker, and the ground it stands on."""

    journal: PromiseJournal
    calls: CallJournal
    messages: Messages
    fetching: Fetching
    figures: Figures
    judge: Judge
    ringing: Ringing
    promised: Promised
    line: StaffLineParts
    studio: StudioParts
    checks: CheckCalls
    self_test: SelfTest
    number: NumberWatch | None
    speaking: Speaking
    retention: Retention
    stopping: Event

    def start(self, *, worker: bool = True) -> None:
        """Load what callers are served from, then keep it new in the background.

        With `worker`, do later work here too; without, another process does it: `ivr worker`.
        """
        self.snapshot.start()
        self.publication.refresh()
        self.journal.start()
        self.calls.start()
        self.tasks.start(worker=worker)
        self.ringing.start()
        Thread(target=self._keep_published, name="publication", daemon=True).start()

    def stop(self) -> None:
        """End the background threads."""
        self.stopping.set()
        for each in (self.ringing, self.tasks, self.journal, self.calls, self.snapshot):
            each.stop()

    def _keep_published(self) -> None:
        while not self.stopping.wait(LOOK_EVERY):
            try:
                self.publication.refresh()
            except Exception:  # noqa: BLE001 (callers go on hearing the last, and the next look may do)
                _LOG.exception("What callers hear could not be made new")


def build(
    settings: Settings,
    now: Now,
    pool: Executor | None = None,
    readers: Readers | None = None,
    *,
    looking: bool = False,
) -> Parts:
    """The parts, nothing running; ContentError or StorageError if they cannot be made at all.

    `pool` is where the network is asked to ring phones, by default threads of its own; `readers` may have
    read the content before. Parts for mere `looking`, never to be started, change neither database nor
    DATA_DIR.
    """
    parts = _on(lay(settings, now, readers, looking=looking), pool)
    for task in _later_work(parts):
        parts.tasks.add(task)
    return parts


def _on(ground: Ground, pool: Executor | None) -> Parts:
    settings, sealing = ground.settings, Sealing(ground.secret, *ground.older)
    keys = (ground.secret, *ground.older)
    messages = messages_of(settings, ground.takes.files.far, ground.engine, ground.now, keys)
    network = Network(settings, ground.account)
    fetching = Fetching(ground.engine, network, messages, ground.now, (RestError,), ground.tasks.soon)
    ringing = single_parts.ring(ground).ringing(pool)
    return Parts(
        **_laid(ground),
        journal=PromiseJournal(ground.engine, settings.data_dir / "journal", sealing),
        calls=CallJournal(ground.engine, settings.data_dir / "journal" / "calls", ground.zone),
        messages=messages,
        fetching=fetching,
        figures=Figures(),
        judge=single_parts.judge(ground),
        ringing=ringing,
        promised=single_parts.call_backs(ground, sealing).promised(ringing),
        line=single_parts.line(ground),
        studio=single_parts.studio(ground, network, fetching),
        checks=single_parts.checks(ground).checks(pool),
        self_test=single_parts.daily(ground).self_test(),
        number=number_watch(settings, ground.now),
        speaking=speaking(settings, ground.publication, ground.now, ground.takes.files.far),
        retention=single_parts.retained(ground, messages, network),
        stopping=Event(),
    )


def _laid(ground: Ground) -> dict[str, Any]:
    return {each.name: getattr(ground, each.name) for each in fields(ground)}


def _later_work(parts: Parts) -> Iterator[Task]:
    yield from parts.fetching.tasks()
    yield from single_parts.telling(parts).tasks()
    yield parts.speaking.task()
    yield single_parts.ring(parts).purging()
    yield PutOff(parts.engine, parts.now).task()
    yield refreshing(parts.engine, parts.now, parts.zone)
    yield upkeep(parts.engine, parts.now, parts.zone)
    yield from parts.retention.tasks()
    yield RefusedPromises(parts.engine, parts.settings.data_dir / "journal").task()
    yield from parts.promised.tasks()
    yield from single_parts.daily(parts).tasks(parts.self_test)
    yield parts.line.task()
    yield from parts.studio.tasks()
    yield from following(parts.takes)
    yield fetching_takes(parts.nearby)
