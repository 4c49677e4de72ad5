"""Which numbers may be rung or texted at all: none that costs more than a call, and few countries'."""

from dataclasses import dataclass
from functools import cache, lru_cache
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
_REMEMBERED = 16_384  # numbers: more than a helpline has counsellors, and some megabytes at most


@dataclass(frozen=True, slots=True)
class Tolls:
    """The countries ("ZA") where a phone may be rung or texted: whatever leaves the helpline is asked of it.

    None: any country, as on our own exchange, where nothing costs anything.
    """

    countries: frozenset[str] | None

    def allow(self, number: str) -> bool:
        """Whether the number (E.164) may be rung or texted."""
        return not self.refusal(number)

    def refusal(self, number: str) -> str:
        """Why the number (E.164) is neither rung nor texted, and what to do; nothing if it may be."""
        if is_costly(number):
            return "costs more than a call (premium rate, satellite); name an ordinary phone"
        if self.countries is None:
            return ""
        country = country_of(number)
        return "" if country in self.countries else _abroad(country, self.countries)


def _abroad(country: str | None, allowed: frozenset[str]) -> str:
    if country is None:
        return "is in no country that is known, and is never rung; name an ordinary phone"
    wider = ", ".join(f'"{each}"' for each in sorted({*allowed, country}))
    return (
        f"is in {country}, where nobody is rung or texted; if that is right, write countries = [{wider}] "
        "under [ring] in helpline.toml"
    )


@lru_cache(_REMEMBERED)
def country_of(number: str) -> str | None:
    """The country, as "ZA", of a number (E.164); of one in no known range, the first that has its code."""
    try:
        found = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
    country = phonenumbers.region_code_for_number(found)
    if country is None:
        country = phonenumbers.region_code_for_country_code(found.country_code or 0)
    return None if country in {_NO_COUNTRY, phonenumbers.UNKNOWN_REGION} else country


@lru_cache(_REMEMBERED)
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
