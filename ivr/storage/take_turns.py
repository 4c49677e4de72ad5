"""Which take callers hear of a prompt, decided one after another; one can go back to what was before."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select, update

from ivr.storage.revision import bump
from ivr.storage.tables_takes import take_turns, takes
from ivr.storage.takes import NewTake, Take, add_draft, find_take, take_of


@dataclass(frozen=True, slots=True)
class Decision:
    """That somebody decides what callers hear; `key` is the same when the same decision is told again."""

    key: str
    at: datetime
    by: str
    way: str


def add_live_take(connection: Connection, new: NewTake, decision: Decision | None = None) -> Take:
    """Store the take and make it the live one; those before it stay."""
    draft = add_draft(connection, new)
    mine = decision or Decision(f"import {draft.id}", new.made_at, new.made_by, "command")
    return make_live(connection, draft.id, mine)


def make_live(connection: Connection, take_id: int, decision: Decision, *, late: bool = False) -> Take:
    """Let callers hear this take of its prompt instead of the one they hear; KeyError if it is unknown.

    A decision that is told `late` changes nothing that was decided after it: the take is only kept then.
    """
    _one_after_another(connection)
    take = find_take(connection, take_id, hold=True)
    if take is None:
        raise KeyError(take_id)
    if take.live or _is_known(connection, decision):
        return take
    newest = _newest(connection, take.prompt, take.language)
    overtaken = late and newest is not None and newest > decision.at
    _note(connection, take.prompt, take.language, take.id, decision if late else _after(decision, newest))
    _accept(connection, take, decision)
    if not overtaken:
        _silence(connection, take.prompt, take.language)
        connection.execute(update(takes).where(takes.c.id == take.id).values(live=True))
    return _stored(connection, take.id)


def is_decided(connection: Connection, take_id: int, decision: Decision) -> bool:
    """Whether this decision changes nothing: callers hear the take, or it was told before.

    From here to the end of the transaction nobody else decides anything.
    """
    _one_after_another(connection)
    take = find_take(connection, take_id)
    return (take is not None and take.live) or _is_known(connection, decision)


def go_back(connection: Connection, prompt: str, language: str, at: datetime) -> Take | None:
    """Let callers hear the take that they heard before this one; None, and no change, without one.

    After another decision it begins there; else each time leads further back.
    """
    _one_after_another(connection)
    turns = _turns(connection, prompt, language)
    live = connection.scalar(select(takes.c.id).where(*_live(prompt, language)))
    earlier = next((turn for turn in turns[1:] if turn.take_id not in {None, live}), None)
    if earlier is None:
        return None
    gone = [turn.id for turn in turns[: turns.index(earlier)]]
    connection.execute(update(take_turns).where(take_turns.c.id.in_(gone)).values(undone_at=at))
    _silence(connection, prompt, language)
    connection.execute(update(takes).where(takes.c.id == earlier.take_id).values(live=True))
    return _stored(connection, earlier.take_id)


def withdraw_live(connection: Connection, prompt: str, language: str, decision: Decision) -> Take | None:
    """Let callers hear built speech again; the takes stay. The one they heard until now, if any."""
    _one_after_another(connection)
    row = connection.execute(select(takes).where(*_live(prompt, language))).first()
    if row is None:
        return None
    _silence(connection, prompt, language)
    _note(connection, prompt, language, None, _after(decision, _newest(connection, prompt, language)))
    return take_of(row)


def _one_after_another(connection: Connection) -> None:
    # One row, so that of two who decide at once the second waits here, and sees what the first has done.
    bump(connection)


def _turns(connection: Connection, prompt: str, language: str) -> list[Row[Any]]:
    query = select(take_turns.c.id, take_turns.c.take_id).where(
        take_turns.c.prompt == prompt, take_turns.c.language == language, take_turns.c.undone_at.is_(None)
    )
    return list(connection.execute(query.order_by(take_turns.c.at.desc(), take_turns.c.id.desc())))


def _is_known(connection: Connection, decision: Decision) -> bool:
    query = select(take_turns.c.id).where(take_turns.c.key == decision.key)
    return connection.execute(query).first() is not None


def _newest(connection: Connection, prompt: str, language: str) -> datetime | None:
    """When something was decided last."""
    query = select(func.max(take_turns.c.at), func.max(take_turns.c.undone_at)).where(
        take_turns.c.prompt == prompt, take_turns.c.language == language
    )
    return max((each for each in connection.execute(query).one() if each), default=None)


def _after(decision: Decision, newest: datetime | None) -> Decision:
    # Machines' clocks differ a little; what is decided now comes after what was decided before.
    return replace(decision, at=max(decision.at, newest)) if newest else decision


def _note(
    connection: Connection, prompt: str, language: str, take_id: int | None, decision: Decision
) -> None:
    values = {"prompt": prompt, "language": language, "take_id": take_id}
    connection.execute(take_turns.insert().values(**values, **asdict(decision)))


def _accept(connection: Connection, take: Take, decision: Decision) -> None:
    if take.accepted_at is None:
        values = {"accepted_at": decision.at, "accepted_by": decision.by}
        connection.execute(update(takes).where(takes.c.id == take.id).values(**values))


def _silence(connection: Connection, prompt: str, language: str) -> None:
    connection.execute(update(takes).where(*_live(prompt, language)).values(live=False))


def _live(prompt: str, language: str) -> tuple[ColumnElement[bool], ...]:
    return takes.c.prompt == prompt, takes.c.language == language, takes.c.live


def _stored(connection: Connection, take_id: int) -> Take:
    return take_of(connection.execute(select(takes).where(takes.c.id == take_id)).one())
