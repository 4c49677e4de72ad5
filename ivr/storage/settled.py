"""Messages that were settled long ago and still lie there."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from ivr.storage.promise_states import GIVEN_UP, KEPT
from ivr.storage.tables import promises, recordings


def settled_messages(connection: Connection, before: datetime) -> int:
    """How many recordings belong to messages that were kept or given up before then."""
    over = (promises.c.state.in_((KEPT, GIVEN_UP)), promises.c.changed < before)
    here = (recordings.c.file.is_not(None), recordings.c.wanted)
    joined = recordings.join(promises, recordings.c.promise_id == promises.c.id)
    return connection.scalar(select(func.count()).select_from(joined).where(*over, *here)) or 0
