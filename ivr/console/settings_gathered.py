"""The facts about this helpline that the settings check looks at; memory and storage, never the network."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from ivr.console.desk import Desk
from ivr.console.settings_facts import AHEAD, PURGED_WITHIN, TESTED_WITHIN, Facts, Voice
from ivr.duty.roster import Gap, gaps_ahead
from ivr.jobs.calendars import host_of
from ivr.jobs.numbers import tolls_of
from ivr.storage.accounts import Account, list_accounts
from ivr.storage.check_calls import confirmed_tests, last_greeting
from ivr.storage.engine import reading
from ivr.storage.purges import last_purged
from ivr.storage.retention import settled_promises
from ivr.storage.subscriptions import list_subscriptions

BACKED_UP = "backed-up"


def gather(desk: Desk) -> Facts:
    """Everything, as it is now."""
    return _stored(desk, _on_disk(desk, _in_memory(desk)))


def _in_memory(desk: Desk) -> Facts:
    published, held, at = desk.published(), desk.held(), desk.now()
    told, service = desk.number.told() if desk.number else None, published.content.service
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
        never_rung=tuple(_never_rung(desk)),
        gaps=tuple(_gaps(desk)),
        told_by_sms=len(service.notify.sms),
        told_by_mail=len(service.notify.email),
        mail_server=bool(desk.settings.smtp_url),
        shared_database=desk.engine.dialect.name != "sqlite",
        secret_key=bool(desk.settings.secret_key),
        kept_days=service.retention.messages,
    )


def _on_disk(desk: Desk, facts: Facts) -> Facts:
    return replace(facts, backed_up=_backed_up(desk), space=_space(desk))


def _stored(desk: Desk, facts: Facts) -> Facts:
    settled_before = facts.at - timedelta(days=facts.kept_days) - PURGED_WITHIN
    with reading(desk.engine) as connection:
        administrators = _administrators(connection)
        greeted, tested = last_greeting(connection), confirmed_tests(connection)
        purged = last_purged(connection)
        return replace(
            facts,
            untested=tuple(
                each.name for each in desk.held().people if not _fresh(tested.get(each.key), facts.at)
            ),
            calendar_problems=tuple(_calendar_problems(connection)),
            administrators=tuple(each.name for each in administrators),
            without_codes=tuple(each.name for each in administrators if not each.has_totp),
            old_messages=settled_promises(connection, settled_before),
            purged=purged and _local(desk, purged),
            greeted=greeted and _local(desk, greeted),
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


def _gaps(desk: Desk) -> Iterator[Gap]:
    """When nobody is on duty though nobody has closed the helpline, as far as the check looks ahead."""
    at = desk.now()
    for start, end in gaps_ahead(desk.held().roster, at, AHEAD // timedelta(hours=1)):
        yield start, min(end, _local(desk, at + AHEAD))


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
            only_recorded=not language.engines,
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
