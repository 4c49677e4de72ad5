"""The facts about this helpline that the settings check looks at; memory and storage, never the network."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from ivr.console.desk import Desk
from ivr.console.settings_facts import AHEAD, PURGED_WITHIN, TESTED_WITHIN, Facts, Voice
from ivr.jobs.calendars import host_of
from ivr.jobs.numbers import tolls_of
from ivr.storage.accounts import Account, list_accounts
from ivr.storage.check_calls import confirmed_tests, last_greeting
from ivr.storage.engine import reading
from ivr.storage.retention import last_purge, settled_promises
from ivr.storage.subscriptions import list_subscriptions

BACKED_UP = "backed-up"


def gather(desk: Desk) -> Facts:
    """Everything, as it is now."""
    at, held, published = desk.now(), desk.held(), desk.published()
    told, service = desk.number.told() if desk.number else None, published.content.service
    kept = service.retention.messages
    with reading(desk.engine) as connection:
        administrators = _administrators(connection)
        tested = confirmed_tests(connection)
        greeted, purged = last_greeting(connection), last_purge(connection)
        calendars = tuple(_calendar_problems(connection))
        old = settled_promises(connection, at - timedelta(days=kept) - PURGED_WITHIN)
    return Facts(
        at=at,
        exchange_mode=desk.settings.exchange_mode,
        public_url=desk.settings.public_url,
        fallback_url=desk.settings.fallback_url,
        fallback_number=bool(published.content.helpline.fallback_number),
        number=told.differences if told else None,
        number_problem=told.problem.rstrip(".") if told else "",
        voices=tuple(_voices(desk)),
        remark=desk.remark(),
        counsellors=tuple(each.name for each in held.people),
        untested=tuple(each.name for each in held.people if not _fresh(tested.get(each.key), at)),
        never_rung=tuple(_never_rung(desk)),
        gaps=tuple((_local(desk, a), _local(desk, b)) for a, b in held.roster.gaps(at, at + AHEAD)),
        calendar_problems=calendars,
        told_by_sms=len(service.notify.sms),
        told_by_mail=len(service.notify.email),
        mail_server=bool(desk.settings.smtp_url),
        shared_database=desk.engine.dialect.name != "sqlite",
        secret_key=bool(desk.settings.secret_key),
        administrators=tuple(each.name for each in administrators),
        without_codes=tuple(each.name for each in administrators if not each.has_totp),
        old_messages=old,
        kept_days=kept,
        purged=purged,
        backed_up=_backed_up(desk),
        greeted=greeted and _local(desk, greeted),
        space=_space(desk),
    )


def _calendar_problems(connection: Connection) -> Iterator[str]:
    """Which followed calendar fails, and why; of its address, which may be a secret, only the host."""
    for each in list_subscriptions(connection):
        if each.problem:
            host = host_of(each.url) or "this machine"
            yield f"The calendar followed at {host} (number {each.id}): {each.problem.rstrip('.')}"


def _administrators(connection: Connection) -> tuple[Account, ...]:
    everybody = list_accounts(connection)
    return tuple(each for each in everybody if each.active and each.is_administrator)


def _never_rung(desk: Desk) -> Iterator[str]:
    """Whose numbers the helpline refuses to ring, wherever they came from."""
    content = desk.published().content
    tolls = tolls_of(desk.settings, content.service, content.helpline.zone)
    yield from (each.name for each in desk.held().people if not tolls.allow(each.phone))
    last = content.helpline.fallback_number
    if last and not tolls.allow(last):
        yield "the fallback number"
    if not all(map(tolls.allow, content.service.notify.sms)):
        yield "a number of [notify] sms"


def _voices(desk: Desk) -> Iterator[Voice]:
    published = desk.published()
    helpline, sounds = published.helpline, published.sounds
    for code, language in published.content.languages.items():
        yield Voice(
            name=language.name or code,
            offered=code in helpline.languages,
            withdrawn=language.withdrawn,
            default=code == published.content.helpline.default_language,
            missing=len(sounds.missing(code)),
            stale=len(sounds.outdated.get(code, ())),
            reviewed_by=language.reviewed_by,
        )


def _fresh(tested: datetime | None, at: datetime) -> bool:
    return tested is not None and at - tested <= TESTED_WITHIN


def _local(desk: Desk, at: datetime) -> datetime:
    return at.astimezone(desk.zone)


def _backed_up(desk: Desk) -> datetime | None:
    """When `ivr backup` was last done."""
    try:
        stamp = (desk.settings.data_dir / BACKED_UP).stat().st_mtime
    except FileNotFoundError:
        return None
    return _local(desk, datetime.fromtimestamp(stamp, UTC))


def _space(desk: Desk) -> int:
    disk = os.statvfs(desk.settings.data_dir)
    return disk.f_bavail * disk.f_frsize
