"""Answers to counsellors' text messages: each is sent once, or again only if the network has refused it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from ivr.storage.tables import counsellors
from ivr.storage.tables_staff_line import line_answers


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """A text for the phone of a counsellor, which was tried to be sent `tries` times before."""

    id: str
    phone: str
    text: str
    tries: int


def keep_answer(connection: Connection, id_: str, person: str, text: str, at: datetime) -> None:
    """Have the text sent to that counsellor; `id_` is the network's id of what it answers."""
    values = {"id": id_, "person": person, "text": text, "tries": 0, "next_at": at}
    connection.execute(insert(line_answers).values(**values))


def due_answers(connection: Connection, at: datetime, limit: int = 20) -> tuple[LineAnswer, ...]:
    """What is to be sent now, the longest waiting first."""
    columns = line_answers.c.id, counsellors.c.phone, line_answers.c.text, line_answers.c.tries
    joined = line_answers.join(counsellors, counsellors.c.key == line_answers.c.person)
    query = select(*columns).select_from(joined).where(line_answers.c.next_at <= at)
    rows = connection.execute(query.order_by(line_answers.c.next_at).limit(limit))
    return tuple(LineAnswer(**row) for row in rows.mappings())


def claim_answer(connection: Connection, answer: LineAnswer) -> bool:
    """Whether it is ours to send.

    It counts as sent from here on: of an answer that a killed process had just claimed nobody knows whether
    it has been sent, and the counsellor who misses it asks again.
    """
    mine = line_answers.c.id == answer.id, line_answers.c.tries == answer.tries
    free = line_answers.c.next_at.is_not(None)
    values = {"tries": answer.tries + 1, "next_at": None}
    return connection.execute(update(line_answers).where(*mine, free).values(**values)).rowcount == 1


def answer_sent(connection: Connection, id_: str) -> None:
    """Its text is needed no more."""
    connection.execute(update(line_answers).where(line_answers.c.id == id_).values(text=""))


def answer_failed(connection: Connection, id_: str, next_at: datetime) -> None:
    """The network has not taken it: let it be sent again at `next_at`."""
    connection.execute(update(line_answers).where(line_answers.c.id == id_).values(next_at=next_at))
