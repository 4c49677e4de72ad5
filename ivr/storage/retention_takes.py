"""Which takes are older than they may be: drafts, and what is recorded of announcements of long ago."""

from datetime import datetime

from sqlalchemy import Connection, String, cast, literal, select

from ivr.content.edits import ANNOUNCEMENT
from ivr.content.service import RetentionTable
from ivr.storage.retention_rows import ago
from ivr.storage.retention_staff import over_before
from ivr.storage.tables_announcements import announcements
from ivr.storage.tables_takes import take_turns, takes
from ivr.storage.takes import Take, take_of


def old_drafts(connection: Connection, terms: RetentionTable, at: datetime) -> tuple[int, ...]:
    """Takes that nobody has accepted in that time, and that callers never heard, by their ids."""
    heard = select(take_turns.c.take_id).where(take_turns.c.take_id.is_not(None))
    never = (takes.c.accepted_at.is_(None), ~takes.c.live, takes.c.id.not_in(heard))
    query = select(takes.c.id).where(*never, takes.c.made_at < ago(at, terms.drafts))
    return tuple(connection.scalars(query.order_by(takes.c.id)))


def takes_of_old_announcements(
    connection: Connection, terms: RetentionTable, at: datetime
) -> tuple[Take, ...]:
    """What is recorded of announcements that are to go, or are gone already."""
    prompt = literal(ANNOUNCEMENT).concat(cast(announcements.c.id, String))
    kept = select(prompt).where(~over_before(ago(at, terms.calls)))
    theirs = (takes.c.prompt.startswith(ANNOUNCEMENT, autoescape=True), takes.c.prompt.not_in(kept))
    return tuple(map(take_of, connection.execute(select(takes).where(*theirs).order_by(takes.c.id))))
