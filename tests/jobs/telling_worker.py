"""A worker that only tells staff, to be killed: DATABASE_URL, folder, prompts, REST URL, minutes ahead."""

import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from ivr import clock
from ivr.content import load
from ivr.content.service import NotifyTable
from ivr.duty.tolls import Tolls
from ivr.jobs.notices_mail import Mail
from ivr.jobs.notices_telling import Telling
from ivr.jobs.queue import Tasks
from ivr.jobs.queue_wakes import Wakes
from ivr.storage.engine import engine_for
from ivr.telephony.twilio.rest_texts import Texts

STAFF = ["+27820000001", "+27820000002", "+27820000003"]


def main(url: str, folder: str, prompts: str, api: str, minutes: str) -> None:
    shipped = load(Path(prompts))
    service = shipped.service.model_copy(update={"notify": NotifyTable(sms=STAFF)})
    content = replace(shipped, service=service)
    ahead = timedelta(minutes=int(minutes))

    def now() -> datetime:
        return clock.now() + ahead

    texts = Texts("AC" + "1" * 32, "secret", api, "+27105550100", Tolls(frozenset({"ZA"})))
    telling = Telling(engine_for(url), Path(prompts), lambda: content, texts, Mail("", ""), now)
    tasks = Tasks(Wakes(url, Path(folder)))
    tasks.add(telling.task())
    tasks.start()
    Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
