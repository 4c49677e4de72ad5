"""A number that rings back rejects every call, and promises to ring back whoever it may."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from ivr.content.service import MissedCallTable
from ivr.privacy import hashed
from ivr.telephony.twilio.desk import PromiseNotKeptError
from ivr.telephony.twilio.missed import MissedDesk, missed

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
FREE = "+27105550199"
CALLER = "+27821234567"
CALL = "CA" + "1" * 32
REJECTED = '<?xml version="1.0" encoding="UTF-8"?><Response><Reject/></Response>'


@dataclass
class Kept:
    asked: list[tuple[object, ...]] = field(default_factory=list)
    away: bool = False

    def __call__(
        self, call: str, number: str, language: str, caller: str, at: datetime, *, per_day: int, per_hour: int
    ) -> None:
        if self.away:
            raise PromiseNotKeptError
        self.asked.append((call, number, language, caller, at, per_day, per_hour))


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def desk(kept: Kept) -> MissedDesk:
    table = MissedCallTable(numbers=[FREE], per_day=2, per_hour=9)
    return MissedDesk("+27105550100", lambda: table, lambda: "af", lambda: AT, kept, b"secret")


def call(**parameters: str) -> dict[str, str]:
    return {"CallSid": CALL, "From": CALLER, "To": FREE, **parameters}


def test_a_missed_call_is_rejected_and_will_be_rung_back(desk: MissedDesk, kept: Kept) -> None:
    assert REJECTED == missed(desk, call())
    assert [(CALL, CALLER, "af", hashed(b"secret", CALLER), AT, 2, 9)] == kept.asked


def test_a_call_to_any_other_number_is_answered_as_always(desk: MissedDesk, kept: Kept) -> None:
    assert missed(desk, call(To="+27105550100")) is None
    assert [] == kept.asked


@pytest.mark.parametrize(
    "strange",
    [
        {"From": "anonymous"},
        {"From": ""},
        {"From": "+266696687"},
        {"From": "+255712345678"},
        {"From": "+27900123456"},
        {"From": "+27105550100"},
        {"From": FREE},
        {"CallSid": "none"},
    ],
)
def test_who_must_not_be_rung_is_only_rejected(desk: MissedDesk, kept: Kept, strange: dict[str, str]) -> None:
    assert (REJECTED, []) == (missed(desk, call(**strange)), kept.asked)


def test_the_helpline_s_other_numbers_are_never_rung_back(desk: MissedDesk, kept: Kept) -> None:
    with_staff_line = replace(desk, own=lambda: ("+27105550111",))

    assert REJECTED == missed(with_staff_line, call(From="+27105550111"))
    assert [] == kept.asked


def test_what_cannot_be_kept_is_rejected_all_the_same(desk: MissedDesk, kept: Kept) -> None:
    kept.away = True

    assert REJECTED == missed(desk, call())
