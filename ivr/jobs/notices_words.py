"""A notice in words: its text in the recipient's language, with the facts in their places."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ivr.content.catalogue import Content
from ivr.content.notices import EVERYWHERE, PLACES, Notices, chain_of, fill
from ivr.content.sms import shortened
from ivr.flow.roster import Counsellor
from ivr.jobs.watches_gaps import read_gaps
from ivr.storage.notices import Delivery

MOMENT = "%Y-%m-%d %H:%M"
NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Worded:
    """What is sent: `text` is complete without the subject."""

    subject: str
    text: str

    @property
    def sms(self) -> str:
        """The text as two messages at most."""
        return shortened(self.text)


def worded(
    delivery: Delivery, content: Content, notices: Notices, people: Mapping[str, Counsellor]
) -> Worded:
    """The words for one recipient; without any text in any language, the bare facts: nothing stays untold."""
    text = delivery.recipient.text
    for code in chain_of(content, [delivery.recipient.language]):
        found = notices.texts.get(code, {}).get(text)
        if found:
            values = _values(delivery, content, notices.words.get(code, {}), people)
            return Worded(fill(found.subject, values), fill(found.text, values))
    facts = " ".join(f"{name}={fact}" for name, fact in delivery.facts.items())
    return Worded(text, f"{content.helpline.name}: {text} {facts}")


def _values(
    delivery: Delivery, content: Content, words: Mapping[str, str], people: Mapping[str, Counsellor]
) -> dict[str, str]:
    facts = {name: str(fact) for name, fact in delivery.facts.items()}
    zone = ZoneInfo(content.helpline.zone)
    spoken = content.languages.get(facts.get("language", ""))
    person = people.get(facts.get("person", ""))
    places = dict.fromkeys((*PLACES[delivery.recipient.text], *EVERYWHERE), NOTHING)
    gaps = facts.get("gaps") or f"{facts.get('start')}/{facts.get('end')}"
    return {
        **places,
        **{name: _moment(fact, zone) for name, fact in facts.items()},
        **({"gaps": _gaps(gaps, zone)} if "start" in facts else {}),
        **({"name": person.name} if person else {}),
        **({"language": spoken.name} if spoken else {}),
        **({"what": words.get(facts["what"], facts["what"])} if "what" in facts else {}),
        "helpline": content.helpline.name,
        "at": delivery.created.astimezone(zone).strftime(MOMENT),
    }


def _gaps(fact: str, zone: ZoneInfo) -> str:
    """From when to when, the next first; the date of an end only where it is another."""
    spans = [[each.astimezone(zone) for each in span] for span in read_gaps(fact)]
    return ", ".join(f"{start:{MOMENT}} - {_end(start, end)}" for start, end in spans)


def _end(start: datetime, end: datetime) -> str:
    return f"{end:%H:%M}" if start.date() == end.date() else f"{end:{MOMENT}}"


def _moment(fact: str, zone: ZoneInfo) -> str:
    """A moment as a clock in the helpline's zone shows it; anything else as it is."""
    try:
        moment = datetime.fromisoformat(fact)
    except ValueError:
        return fact
    return moment.astimezone(zone).strftime(MOMENT) if moment.tzinfo else fact
