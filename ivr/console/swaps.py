"""Swaps: somebody takes over a shift, maybe in exchange for one of theirs; what the calendar says stays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from flask import flash, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from ivr.console.desk import Desk
from ivr.console.pages import Pages, by, page, see
from ivr.console.roster_days import Entry, days_of
from ivr.console.roster_facts import after_change, stored_facts
from ivr.console.rules import ROTA_KEEPERS
from ivr.console.shift_seen import Seen, find_shift
from ivr.duty.changes import Change, Kind
from ivr.storage import audit
from ivr.storage.counsellors import list_counsellors
from ivr.storage.duty_changes import list_changes, swap
from ivr.storage.engine import reading, writing
from ivr.storage.errors import ChangedMeanwhileError
from ivr.storage.revision import bump

MEANWHILE = "Somebody else has changed or swapped this shift meanwhile; nothing was changed now. Look again."
DAYS_AHEAD = 42
_LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Offer:
    """A shift that is given away: who takes it, and what the giver takes in exchange."""

    seen: Seen
    taker: str
    other: Seen | None


@dataclass(frozen=True, slots=True)
class SwapPages:
    """The pages, on the desk."""

    desk: Desk

    def add(self, pages: Pages) -> None:
        """Everything under /staff/roster/swap."""
        pages.add("/roster/swap", self.swap, may=ROTA_KEEPERS)
        pages.add("/roster/swap/keep", self.swap_keep, may=ROTA_KEEPERS, methods=("POST",))

    def swap(self) -> str | Response:
        """First who takes the shift over, then what for."""
        with reading(self.desk.engine) as connection:
            seen = find_shift(connection, self.desk.zone, request.args)
            if seen is None:
                return self._gone()
            facts = stored_facts(connection, self.desk.zone, seen.start.astimezone(self.desk.zone).date())
            version = _version(connection, seen)
        taker = request.args.get("taker", "")
        known = facts.names if taker != seen.plan.person else {}
        first = self.desk.now().astimezone(self.desk.zone).date()
        days = days_of(facts, first, DAYS_AHEAD, taker) if taker in known else ()
        return page(
            "roster/swap.html",
            keeper=True,
            seen=seen,
            version=version,
            people=sorted(facts.names.items(), key=lambda each: each[1].casefold()),
            taker=taker if taker in known else "",
            taker_name=known.get(taker, ""),
            theirs=_distinct(each for day in days for each in day.entries if _may_be_given(each, taker)),
            days=DAYS_AHEAD,
        )

    def swap_keep(self) -> Response:
        """Keep it, both ways at once."""
        note = " ".join(request.form.get("note", "").split())[:_LONGEST_NOTE]
        try:
            with writing(self.desk.engine) as connection:
                bump(connection)  # one row: of two who swap at once, the second sees what the first has done
                offer = _offer(connection, self.desk, request.form)
                about = self._keep(connection, offer, note)
        except ChangedMeanwhileError:
            flash(MEANWHILE, "error")
            return see("swap", uid=request.form.get("uid", ""), at=request.form.get("at", ""))
        flash(f"Swapped: {about}.")
        after_change(self.desk, offer.seen.start, offer.seen.end)
        return see("roster_week", date=f"{offer.seen.plan.start:%Y-%m-%d}")

    def _keep(self, connection: Connection, offer: Offer, note: str) -> str:
        names = {person.key: person.name for person in list_counsellors(connection)}
        giver, at, zone = offer.seen.plan.person, self.desk.now(), self.desk.zone
        swap(connection, giver, offer.taker, offer.seen.start, offer.seen.end, note, at)
        about = f"{names[offer.taker]} for {offer.seen.told(zone)}"
        if offer.other:
            swap(connection, offer.taker, giver, offer.other.start, offer.other.end, note, at)
            about += f", and {names[giver]} for {offer.other.told(zone)}"
        audit.note(connection, at, by(), "shift swapped", about)
        return about

    def _gone(self) -> Response:
        flash("This shift is not there any more; somebody has changed the roster meanwhile.", "error")
        return see("roster_week")


def _offer(connection: Connection, desk: Desk, fields: Mapping[str, str]) -> Offer:
    """What the form says; a ChangedMeanwhileError if that is not so any more."""
    seen = find_shift(connection, desk.zone, fields)
    taker = fields.get("taker", "")
    keys = {person.key for person in list_counsellors(connection)}
    if seen is None or taker not in keys or seen.plan.person not in keys or taker == seen.plan.person:
        raise ChangedMeanwhileError(taker)
    if _version(connection, seen) != fields.get("version", ""):
        raise ChangedMeanwhileError(seen.uid)
    stamp, _, uid = fields.get("other", "").partition(" ")
    other = find_shift(connection, desk.zone, {"uid": uid, "at": stamp}) if uid else None
    if uid and (other is None or other.plan.person != taker or _swaps(connection, other)):
        raise ChangedMeanwhileError(uid)
    return Offer(seen, taker, other)


def _version(connection: Connection, seen: Seen) -> str:
    """What differs as soon as the shift, or who has swapped it, does."""
    return sha256(repr((seen.version, _swaps(connection, seen))).encode()).hexdigest()[:16]


def _swaps(connection: Connection, seen: Seen) -> list[str]:
    """The swaps by which somebody else has it, or some of it."""
    return [each.uid for each in list_changes(connection, seen.start) if _is_about(each, seen)]


def _is_about(change: Change, seen: Seen) -> bool:
    mine = change.kind is Kind.SWAP and change.person == seen.plan.person
    return mine and change.start < seen.end and (change.end is None or change.end > seen.start)


def _may_be_given(entry: Entry, taker: str) -> bool:
    return entry.person == taker and not entry.has and entry.stamp is not None


def _distinct(entries: Iterable[Entry]) -> list[Entry]:
    """Each shift once: one over midnight stands on two days."""
    return list(dict.fromkeys(entries))
