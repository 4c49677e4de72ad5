"""Which numbers cost more than a call, as the countries' numbering plans and the ITU's list say."""

import pytest

from ivr.duty.people import BadRowError, person_of
from ivr.duty.tolls import Tolls, country_of, country_of_zone, is_costly

COSTLY = {
    "+19005550100": "premium rate in North America",
    "+27900123456": "premium rate in South Africa",
    "+27861322322": "shared cost in South Africa",
    "+447011234567": "a personal number in the United Kingdom, dear to whoever rings it",
    "+882161234567": "a satellite network",
    "+97912345678": "international premium rate",
}


@pytest.mark.parametrize("number", COSTLY)
def test_a_number_that_is_paid_for_being_rung_is_costly(number: str) -> None:
    assert is_costly(number)


@pytest.mark.parametrize(
    "number", ["+27821234567", "+27105550100", "+12025550101", "+37120000000", "112", ""]
)
def test_an_ordinary_phone_is_not_wherever_it_is(number: str) -> None:
    assert not is_costly(number)


@pytest.mark.parametrize("number", COSTLY)
def test_nobody_becomes_a_counsellor_with_such_a_phone(number: str) -> None:
    with pytest.raises(BadRowError, match=r"phone: .* costs more than a call"):
        person_of({"name": "Thandi", "phone": number, "languages": "en"})


def test_a_zone_is_of_the_country_that_the_time_zone_database_says() -> None:
    assert ["ZA", "KE", None] == [
        country_of_zone(each) for each in ("Africa/Johannesburg", "Africa/Nairobi", "Etc/UTC")
    ]


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+27821234567", "ZA"),
        ("+18765551234", "JM"),  # shares its code with the United States, and costs far more
        ("+15555550100", "US"),  # in no known range: the first country of its code
        ("+882161234567", None),
        ("112", None),
    ],
)
def test_a_number_is_of_the_country_that_its_range_is_of(number: str, country: str | None) -> None:
    assert country == country_of(number)


def test_a_refusal_says_what_to_write_so_that_all_who_are_rung_now_still_are() -> None:
    told = Tolls(frozenset({"ZA", "US"})).refusal("+254712345678")

    assert 'write countries = ["KE", "US", "ZA"] under [ring] in helpline.toml' in told


@pytest.mark.parametrize("number", COSTLY)
def test_what_is_costly_is_refused_in_every_country(number: str) -> None:
    everywhere = Tolls(frozenset({"US", "ZA", "GB"}))

    assert not everywhere.allow(number)
    assert not Tolls(None).allow(number)


def test_where_nothing_costs_anything_every_country_will_do() -> None:
    assert Tolls(None).allow("+254712345678")
