"""The provider's records of calls and texts are deleted there when asked for or too old, others' never."""

import pytest

from ivr.telephony.twilio import rest_records
from ivr.telephony.twilio.rest import RefusedError, UnreachableError
from ivr.telephony.twilio.rest_records import Records
from tests.telephony.twilio.records_kept import (
    BEFORE,
    CALLER,
    HELPLINE,
    NOW,
    OTHER,
    SHOP,
    Provider,
    Record,
    a_provider,
)

__all__ = ["a_provider"]


def test_what_is_between_a_caller_and_the_helpline_is_deleted_once_it_is_over(provider: Provider) -> None:
    theirs = [Record("calls", OTHER, HELPLINE), Record("calls", CALLER, OTHER)]
    lasting = Record("calls", CALLER, HELPLINE, "in-progress")
    provider.keeps(
        Record("calls", CALLER, HELPLINE),
        Record("calls", HELPLINE, CALLER),
        Record("messages", HELPLINE, CALLER),
        *theirs,
        lasting,
    )

    assert 3 == provider.records.delete_between(CALLER, [HELPLINE])
    assert [*theirs, lasting] == provider.left()


def test_what_is_old_and_ours_is_deleted_and_nothing_else(provider: Provider) -> None:
    young = [Record("calls", CALLER, HELPLINE, at=BEFORE), Record("messages", HELPLINE, CALLER, at=NOW)]
    theirs = [Record("calls", CALLER, SHOP), Record("messages", SHOP, CALLER)]
    old = [
        Record("calls", CALLER, HELPLINE),
        Record("calls", HELPLINE, CALLER),
        Record("messages", CALLER, HELPLINE),
        Record("messages", HELPLINE, CALLER),
    ]
    provider.keeps(*young, *theirs, *old)

    assert 4 == provider.records.count_older([HELPLINE], BEFORE, 100)
    assert 4 == provider.records.delete_older([HELPLINE], BEFORE, 100)
    assert [*young, *theirs] == provider.left()


def test_a_network_that_lists_more_than_it_was_asked_for_loses_nothing_of_others(provider: Provider) -> None:
    theirs = [Record("calls", CALLER, SHOP), Record("calls", CALLER, HELPLINE, at=NOW)]
    provider.keeps(Record("calls", CALLER, HELPLINE), *theirs)
    provider.deaf = True
    deleted = provider.records.delete_older([HELPLINE], BEFORE, 100)
    forgotten = provider.records.delete_between(OTHER, [HELPLINE])

    assert (1, 0, theirs) == (deleted, forgotten, provider.left())


def test_page_after_page_goes_until_the_days_number_is_reached(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest_records, "PAGE", 10)
    provider.keeps(*(Record("calls", CALLER, HELPLINE) for _ in range(35)))
    today = provider.records.delete_older([HELPLINE], BEFORE, 30)
    tomorrow = provider.records.delete_older([HELPLINE], BEFORE, 30)

    assert (30, 5, []) == (today, tomorrow, provider.left())


def test_it_is_slow_and_stops_in_time(provider: Provider) -> None:
    provider.keeps(*(Record("calls", CALLER, HELPLINE) for _ in range(5)))
    passed: list[float] = []
    hours = Records("AC1", "secret", provider.url, sleep=passed.append, elapsed=lambda: 1000.0 * len(passed))

    assert 3 == hours.delete_older([HELPLINE], BEFORE, 100)
    assert [0.05] * 3 == passed


@pytest.mark.parametrize(
    ("status", "error"), [(401, RefusedError), (429, UnreachableError), (500, UnreachableError)]
)
def test_a_network_that_refuses_is_an_error_without_the_number(
    provider: Provider, status: int, error: type[Exception]
) -> None:
    provider.keeps(Record("calls", CALLER, HELPLINE))
    provider.refuses = status
    for ask in (
        lambda: provider.records.delete_between(CALLER, [HELPLINE]),
        lambda: provider.records.delete_older([HELPLINE], BEFORE, 100),
    ):
        with pytest.raises(error) as refused:
            ask()

        assert CALLER not in str(refused.value)
