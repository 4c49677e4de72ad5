"""Which numbers cost whoever rings them more than a call, and which countries a time zone is of."""

from functools import cache
from importlib.resources import files

import phonenumbers
from phonenumbers import PhoneNumberType

# Of libphonenumber's kinds: what is paid for being rung is what fraud lives from, and nobody's own phone.
_COSTLY = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.PAGER,
        PhoneNumberType.VOICEMAIL,
    }
)
_NO_COUNTRY = "001"  # satellites, and networks that lie in no country
_ZONES = "zone.tab"


@cache
def is_costly(number: str) -> bool:
    """Whether the number (E.164) is never rung, whoever asks for it: premium rate, shared cost, satellite."""
    try:
        found = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return False
    country = phonenumbers.region_code_for_country_code(found.country_code or 0)
    return country == _NO_COUNTRY or phonenumbers.number_type(found) in _COSTLY


@cache
def country_of_zone(zone: str) -> str | None:
    """The country, as "ZA", that a time zone ("Africa/Johannesburg") is named after; None: of none."""
    lines = (files("tzdata.zoneinfo") / _ZONES).read_text().splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return next((country for country, _, name, *_ in rows if name == zone), None)
