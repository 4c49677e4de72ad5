"""A small helpline of our own, and rosters of named people."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from ivr.flow.helpline import Choice, Helpline, Menu, Segment, Welcome
from ivr.flow.roster import Counsellor

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)  # a Monday


@dataclass(frozen=True)
class FixedRoster:
    """The same people at every moment; `opening` is when it says that it opens."""

    people: tuple[Counsellor, ...] = ()
    opening: datetime | None = None

    def on_duty(self, at: datetime, language: str | None = None) -> tuple[Counsellor, ...]:
        return self.people

    def opens(self, at: datetime) -> datetime | None:
        return self.opening or (at if self.people else at + timedelta(hours=20))


def person(key: str, *languages: str) -> Counsellor:
    return Counsellor(key, key.title(), "+12025550101", languages or ("en",))


HELPLINE = Helpline(
    name="Test",
    languages=("en", "af"),
    shipped_languages=("en", "af"),
    main="main",
    emergency="overdose",
    menus={
        "main": Menu(
            "main",
            (
                Choice("1", "overdose", "main.overdose"),
                Choice("0", "counsellor", "main.counsellor"),
                Choice("2", "more", "main.more"),
                Choice("3", "message", "main.message"),
            ),
        ),
        "more": Menu("more", (Choice("1", "break", "more.break"), Choice("2", "deep", "more.deep"))),
        "deep": Menu("deep", (Choice("1", "break", "deep.break"),), opening="deep.opening"),
    },
    segments={
        "overdose": Segment("overdose", ("overdose.signs", "overdose.never"), "topic.overdose"),
        "break": Segment("break", ("break.tolerance", "break.safer"), "topic.break"),
    },
)


def staffed(*people: Counsellor) -> Helpline:
    """The helpline with these people on duty."""
    return replace(HELPLINE, roster=FixedRoster(people))


@dataclass(frozen=True)
class DoorOf:
    """The same answer to everybody."""

    answer: Welcome

    def welcome(self) -> Welcome:
        return self.answer

    def blocked(self) -> bool:
        return self.answer is Welcome.BLOCKED


class TenDigits:
    """Numbers of a country where they have ten digits and begin with 0."""

    def read(self, keys: str) -> str | None:
        return "+27" + keys[1:] if len(keys) == len("0215550123") and keys.startswith("0") else None

    def told(self, sender: str) -> str | None:
        return sender or None


def queueing(*people: Counsellor) -> Helpline:
    """The helpline where callers wait in a queue for these people, or ask to be called back."""
    return replace(staffed(*people), queueing=True, callbacks=True, numbers=TenDigits())
