"""Only ordinary phones in allowed countries are rung; kinds of numbers as the countries' numbering plans."""

import pytest

from ivr.content.service import Service
from ivr.jobs.numbers import numbers_for, staff_numbers_for

OURS = "+27105550100"


@pytest.mark.parametrize(
    "keys", ["0821234567", "27821234567", "0027821234567", "821234567"], ids=lambda keys: f"{len(keys)}"
)
def test_a_number_is_keyed_in_as_people_dial_it(keys: str) -> None:
    assert "+27821234567" == numbers_for(OURS, []).read(keys)


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ("", "nothing"),
        ("112", "an emergency number"),
        ("10111", "the police"),
        ("0900123456", "premium"),
        ("0860123456", "shared cost"),
        ("0800123456", "a company's"),
        ("08212", "digits are missing"),
        ("00442079460000", "another country"),
        ("0105550100", "the helpline itself"),
        ("0821234567#", "no digit"),
        ("٠٨٢١٢٣٤٥٦٧", "digits of another script"),
    ],
)
def test_what_cannot_or_must_not_be_rung_is_no_number(keys: str, why: str) -> None:
    assert numbers_for(OURS, []).read(keys) is None, why


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "anonymous",
        "unknown",
        "restricted",
        "+266696687",
        "+7378742833",
        "+86282452253",
        "sip:a@b.example",
    ],
)
def test_a_withheld_number_is_none(sender: str) -> None:
    assert numbers_for(OURS, ["ZA", "LS", "RU", "CN"]).told(sender) is None


def test_callers_are_rung_in_the_countries_that_are_allowed() -> None:
    home, wider = numbers_for(OURS, []), numbers_for(OURS, ["ZA", "TZ"])

    assert "+27821234567" == home.told("+27821234567")
    assert home.told("+255712345678") is None
    assert "+255712345678" == wider.told("+255712345678")
    assert "+255712345678" == wider.read("00255712345678")


def test_countries_that_share_a_code_are_told_apart() -> None:
    here = numbers_for("+12025550100", [])

    assert "+12025550123" == here.told("+12025550123")
    assert here.told("+18765551234") is None
    assert here.told("+19005551234") is None


def test_the_helpline_rings_none_of_its_own_numbers() -> None:
    numbers = numbers_for(OURS, [], ["+27105550111", "+27105550199"])

    assert numbers.read("0105550111") is None
    assert numbers.told("+27105550199") is None
    assert numbers.told(OURS) is None
    assert "+27105550112" == numbers.read("0105550112")


def test_staff_may_have_phones_rung_where_the_helpline_is_and_where_its_callers_are() -> None:
    service = Service.model_validate({"callback": {"countries": ["TZ"]}})
    numbers = staff_numbers_for("+12025550100", service, "Africa/Johannesburg")

    assert frozenset({"US", "ZA", "TZ"}) == numbers.allowed


def test_countries_that_are_listed_take_the_place_of_the_zones() -> None:
    service = Service.model_validate({"ring": {"countries": ["KE"]}})

    numbers = staff_numbers_for("+12025550100", service, "Africa/Johannesburg")

    assert frozenset({"KE", "US"}) == numbers.allowed
