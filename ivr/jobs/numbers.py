"""Which telephone numbers the helpline may ring for a caller."""

from collections.abc import Collection
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from ivr.content.service import Service
from ivr.duty.tolls import Tolls, country_of_zone
from ivr.privacy import WITHHELD
from ivr.settings import Settings

# What is left out costs whoever rings it more than a call (premium, shared cost), or is no person's phone.
_ORDINARY = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
    }
)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Reads numbers as callers of this `country` key them in; only the `allowed` countries are rung."""

    country: str
    allowed: frozenset[str]
    never: frozenset[str]

    def read(self, keys: str) -> str | None:
        """The number, E.164, that somebody keyed in as they would dial it; None: it cannot be rung."""
        return self._rung(keys, self.country) if keys.isascii() and keys.isdigit() else None

    def told(self, sender: str) -> str | None:
        """The number, E.164, that a network names as a call's From; None: withheld, or it cannot be rung."""
        if not sender.startswith("+") or sender in WITHHELD:
            return None
        return self._rung(sender, None)

    def _rung(self, text: str, country: str | None) -> str | None:
        try:
            number = phonenumbers.parse(text, country)
        except phonenumbers.NumberParseException:
            return None
        written = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        ours = phonenumbers.region_code_for_number(number) in self.allowed
        ordinary = phonenumbers.number_type(number) in _ORDINARY
        return written if ours and ordinary and written not in self.never else None


def numbers_for(helpline_number: str, countries: Collection[str], own: Collection[str] = ()) -> Numbers:
    """What may be rung from a helpline with that number (E.164), which itself is never rung.

    Without `countries` it is the number's own country; `own` are its other numbers, never rung either.
    """
    number = phonenumbers.parse(helpline_number)
    country = phonenumbers.region_code_for_number(number)
    if country is None:
        country = phonenumbers.region_code_for_country_code(number.country_code or 0)
    return Numbers(country, frozenset(countries or {country}), frozenset({helpline_number, *own}))


def staff_numbers_for(helpline_number: str, service: Service, zone: str) -> Numbers:
    """Which phones somebody on a page of staff's may have rung: ordinary ones of few countries."""
    own = (*service.missed_call.numbers, *service.staff.numbers)
    return numbers_for(helpline_number, allowed_countries(helpline_number, service, zone), own)


def allowed_countries(helpline_number: str, service: Service, zone: str) -> frozenset[str]:
    """Where anybody may be rung or texted: the one list, from what helpline.toml says.

    It is the country of the helpline's number, those of callers ([callback], [missed_call]), and [ring]
    countries, without which it is the one of `zone`.
    """
    home = numbers_for(helpline_number, ()).allowed
    called = (*service.callback.countries, *service.missed_call.countries)
    counsellors = service.ring.countries or filter(None, [country_of_zone(zone)])
    return frozenset({*home, *called, *counsellors})


def tolls_of(settings: Settings, service: Service, zone: str) -> Tolls:
    """What every call and text that leaves is asked of; on our own exchange nothing costs anything."""
    if settings.exchange_mode:
        return Tolls(None)
    return Tolls(allowed_countries(settings.helpline_number, service, zone))
