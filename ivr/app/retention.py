"""What removes stored things in time, put together from the settings."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine

from ivr.content.service import RetentionTable
from ivr.jobs.departures import Departures
from ivr.jobs.messages import Messages
from ivr.jobs.publication import Publication
from ivr.jobs.retention import Provider, Retention
from ivr.jobs.retention_files import OldFiles
from ivr.jobs.retention_records import OldRecords
from ivr.settings import Settings
from ivr.sound.takes import Takes
from ivr.telephony.twilio.rest import RestError
from ivr.telephony.twilio.rest_records import Records

EXCHANGE_STARTS = timedelta(seconds=10)


def retention(
    settings: Settings,
    engine: Engine,
    now: Callable[[], datetime],
    publication: Publication,
    messages: Messages,
    takes: Takes,
    provider: Provider,
    soon: Callable[[str], None],
) -> Retention:
    """Everything that is removed in time, by the terms of helpline.toml at that moment."""

    def terms() -> RetentionTable:
        return publication.current().content.service.retention

    departures = Departures(settings.data_dir / "departures")
    files = OldFiles(engine, messages, departures, settings.data_dir / "journal", terms, now)
    records = OldRecords(
        None if settings.exchange_mode else records_of(settings),
        settings.helpline_number,
        lambda: publication.current().content.service,
        (RestError,),
    )
    starting = EXCHANGE_STARTS if settings.exchange_mode else timedelta()
    return Retention(engine, terms, now, files, records, takes, provider, (RestError,), soon, starting)


def records_of(settings: Settings) -> Records:
    """The provider's own records of calls and texts; our exchange keeps none beyond its own end."""
    return Records(settings.account_sid, settings.auth_token, settings.api_url)
