"""Which numbers cost more than a call, as the countries' numbering plans and the ITU's list say."""

import pytest

from ivr.duty.people import BadRowError, person_of
from ivr.duty.tolls import country_of_zone, is_costly

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
