"""What the network says of the helpline's number, put together from the settings."""

from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime

from ivr.jobs.number_watch import NumberWatch
from ivr.settings import Settings
from ivr.telephony.twilio.rest import RestError


def number_watch(
    settings: Settings, now: Callable[[], datetime], pool: Executor | None = None
) -> NumberWatch | None:
    """Who asks the network; None while our own exchange is the network, where every number leads here."""
    if settings.exchange_mode:
        return None

    def differences() -> tuple[str, ...]:
        from ivr.telephony.twilio import connect  # noqa: PLC0415 (the provider's client is slow to import)
        from ivr.telephony.twilio.rest import client  # noqa: PLC0415 (as above)

        rest = client(settings.account_sid, settings.auth_token, settings.api_url)
        _, todo = connect.changes(rest, settings.helpline_number, connect.wanted(settings))
        return tuple(map(str, todo))

    return NumberWatch(differences, (RestError,), now, pool)
