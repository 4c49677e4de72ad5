"""The form of a counsellor: what was entered, as a person; and what is wrong with it, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from werkzeug.datastructures import MultiDict

from ivr.duty.people import BadRowError, Person, person_of
from ivr.flow.roster import Counsellor
from ivr.storage.counsellor_edits import TakenPhoneError


@dataclass(frozen=True, slots=True)
class CounsellorForm:
    """What stands in the fields; `other` are languages that the helpline does not offer, as text."""

    name: str = ""
    phone: str = ""
    languages: tuple[str, ...] = ()
    other: str = ""
    priority: str = "1"
    tier: str = "1"
    wrong: Mapping[str, str] = field(default_factory=dict)

    def person(self) -> Person:
        """What it says; a BadRowError begins with the field that is wrong."""
        return person_of(
            {
                "name": self.name,
                "phone": self.phone,
                "languages": ";".join((*self.languages, self.other)),
                "priority": self.priority,
                "tier": self.tier,
            }
        )

    def refused(self, error: BadRowError | TakenPhoneError) -> "CounsellorForm":
        """The form with what is wrong."""
        if isinstance(error, TakenPhoneError):
            return replace(
                self, wrong={"phone": f"this is the phone of {error}; a phone is one counsellor's"}
            )
        name, _, what = str(error).partition(": ")
        return replace(self, wrong={name: what})


def blank() -> CounsellorForm:
    """An empty form."""
    return CounsellorForm()


def entered(fields: MultiDict[str, str]) -> CounsellorForm:
    """What was sent."""
    values = {
        name: fields.get(name, "").strip()[:300] for name in ("name", "phone", "other", "priority", "tier")
    }
    languages = tuple(each for each in fields.getlist("languages") if len(each) <= 20)[:50]  # noqa: PLR2004 (codes)
    return CounsellorForm(
        values["name"], values["phone"], languages, values["other"], values["priority"], values["tier"]
    )


def shown(person: Counsellor) -> CounsellorForm:
    """A counsellor in the fields."""
    return CounsellorForm(
        person.name, person.phone, person.languages, "", str(person.priority), str(person.tier)
    )
