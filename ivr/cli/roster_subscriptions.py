"""`ivr roster subscribe`, `unsubscribe`, `subscriptions` and `refresh`: calendars that are kept elsewhere."""

import sys
from zoneinfo import ZoneInfo

import click

from ivr.cli.context import fail, settings
from ivr.cli.moments import headed, short
from ivr.cli.staff_changing import note as noted
from ivr.cli.stored import changing, print_json, print_table, storage, zone_of
from ivr.clock import now
from ivr.jobs.calendar_fetch import FetchError, check_url, fetch_calendar
from ivr.jobs.calendars import Refreshed, host_of, refresh
from ivr.settings import Settings
from ivr.storage import subscriptions as stored
from ivr.storage.engine import reading
from ivr.storage.subscriptions import Subscription

_FOLLOWED = "it is followed all the same, and tried again; to forget it: ivr roster unsubscribe {}"


@click.command()
@click.argument("url")
def subscribe(url: str) -> None:
    """Take over the shifts of the calendar at URL (https, http or webcal), now and every quarter of an hour.

    Its address must be a public one, or loopback. If it cannot be fetched, or has lost more than half of its
    shifts, the last good ones stay, and `ivr roster subscriptions` says so.
    """
    own = settings()
    try:
        plain = check_url(url)
    except FetchError as error:
        fail(f"Nothing was changed: {error}")
    with changing(own) as connection:
        new = stored.subscribe(connection, plain, now())
        if new:
            noted(connection, "calendar followed", host_of(plain))
        number = next(each.id for each in stored.list_subscriptions(connection) if each.url == plain)
    if not new:
        print(f"Calendar {number} is that one already.")
    _refresh(own, number, accept=False)


@click.command()
@click.argument("number", metavar="NUMBER|URL")
def unsubscribe(number: str) -> None:
    """Forget a calendar, by its number or URL, and remove the shifts that came from it."""
    own = settings()
    with changing(own) as connection:
        found = _find(stored.list_subscriptions(connection), number)
        gone = stored.unsubscribe(connection, found.id)
        noted(connection, "calendar forgotten", f"{host_of(found.url)}, {gone} events")
    print(f"Calendar {found.id} at {host_of(found.url)} is forgotten; {gone} events were removed.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects, with whole URLs.")
def subscriptions(as_json: bool) -> None:
    """List the calendars that are followed; of a URL, which may hold a secret, the host alone."""
    own = settings()
    zone = zone_of(own)
    with reading(storage(own)) as connection:
        found = stored.list_subscriptions(connection)
    if as_json:
        print_json(_object(each, zone) for each in found)
        return
    rows = [_row(each, zone) for each in found]
    header = ("number", "host", "events", headed("last good", zone), "last tried", "problem")
    print_table(header, rows, "No calendar is followed.")


@click.command("refresh")
@click.argument("number", metavar="[NUMBER|URL]", required=False)
@click.option("--accept", is_flag=True, help="Take a calendar over even if most of its shifts are gone.")
def refresh_(number: str | None, accept: bool) -> None:
    """Fetch calendars now: all that are followed, or one."""
    own = settings()
    with reading(storage(own)) as connection:
        found = stored.list_subscriptions(connection)
    if not found and number is None:
        print("No calendar is followed.")
        return
    _refresh(own, _find(found, number).id if number else None, accept=accept)


def _refresh(own: Settings, number: int | None, *, accept: bool) -> None:
    at = now()
    done = refresh(storage(own), fetch_calendar, at, zone_of(own), before=at, only=number, accept=accept)
    for each in done:
        _tell(each)
    sys.exit(any(each.problem for each in done))


def _tell(each: Refreshed) -> None:
    name = f"Calendar {each.id} at {each.host}"
    if each.kept:
        after = f"the last good {each.shifts} events stay" if each.shifts else _FOLLOWED.format(each.id)
        print(f"{name}: {each.problem}; {after}", file=sys.stderr)
        return
    print(f"{name}: {each.shifts} events.")
    if each.problem:
        print(f"{name}: {each.problem}", file=sys.stderr)


def _find(found: tuple[Subscription, ...], written: str) -> Subscription:
    mine = [each for each in found if written in {str(each.id), each.url} or _same(written, each.url)]
    if not mine:
        fail("No calendar has that number or URL; see: ivr roster subscriptions")
    return mine[0]


def _same(written: str, url: str) -> bool:
    try:
        return check_url(written) == url
    except FetchError:
        return False


def _row(each: Subscription, zone: ZoneInfo) -> tuple[str, ...]:
    good, tried = (short(at, zone) if at else "never" for at in (each.good_at, each.tried_at))
    since = f" (since {short(each.since, zone)})" if each.since else ""
    return str(each.id), host_of(each.url), str(each.shifts), good, tried, f"{each.problem}{since}"


def _object(each: Subscription, zone: ZoneInfo) -> dict[str, object]:
    moments = {"good": each.good_at, "tried": each.tried_at, "since": each.since}
    shown = {name: at and at.astimezone(zone).isoformat() for name, at in moments.items()}
    return {"number": each.id, "url": each.url, "events": each.shifts, "problem": each.problem, **shown}


SUBSCRIPTIONS = (subscribe, unsubscribe, subscriptions, refresh_)
