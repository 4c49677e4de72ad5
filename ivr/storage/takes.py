"""Takes: every recorded version of every prompt is kept, at most one of each prompt and language is live."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, or_, select, update

from ivr.storage.revision import bump
from ivr.storage.tables_takes import take_turns, takes

DRAFT, KEPT, LIVE = "draft", "kept", "live"


@dataclass(frozen=True, slots=True)
class NewTake:
    """A take that is not stored yet; `made_at` is aware, `level` in dBov, `problems` are its warnings."""

    prompt: str
    language: str
    words: str
    values_hash: str
    text: str
    file: str
    original: str
    seconds: float
    level: float
    problems: tuple[str, ...]
    source: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Take(NewTake):
    """A stored take; without `accepted_at` it is a draft, which callers have never heard.

    One that was made while storage was away has a negative id, under which it is found later too.
    """

    id: int
    live: bool
    accepted_at: datetime | None = None
    accepted_by: str = ""

    @property
    def state(self) -> str:
        """DRAFT, LIVE, or KEPT: it was accepted, and callers hear another one."""
        if self.live:
            return LIVE
        return KEPT if self.accepted_at else DRAFT


@dataclass(frozen=True, slots=True)
class Decision:
    """That somebody decides what callers hear; `key` is the same when the same decision is told again."""

    key: str
    at: datetime
    by: str
    way: str


def add_draft(connection: Connection, new: NewTake, ticket: int | None = None) -> Take:
    """Store the take as a draft; the same one if a draft with that ticket is stored already."""
    known = find_take(connection, ticket) if ticket is not None else None
    if known:
        return known
    values = asdict(new) | {"live": False, "made_at": new.made_at.astimezone(UTC), "ticket": ticket}
    values["problems"] = list(new.problems)
    number = connection.scalars(takes.insert().values(values).returning(takes.c.id)).one()
    return Take(**asdict(new), id=number, live=False)


def find_take(connection: Connection, take_id: int) -> Take | None:
    """The take of that id, or the one that was made with that ticket, while storage was away."""
    column = takes.c.ticket if take_id < 0 else takes.c.id
    row = connection.execute(select(takes).where(column == take_id)).first()
    return _take(row) if row else None


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
    take = find_take(connection, take_id)
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
    return _found(connection, take.id)


def go_back(connection: Connection, prompt: str, language: str, at: datetime) -> Take | None:
    """Let callers hear the take that they heard before this one; None, and no change, without one.

    After another decision it begins there; else each time leads further back.
    """
    _one_after_another(connection)
    turns = _turns(connection, prompt, language)
    live = next((turn.take_id for turn in turns[:1]), None)
    earlier = next((turn for turn in turns[1:] if turn.take_id not in {None, live}), None)
    if earlier is None:
        return None
    gone = [turn.id for turn in turns[: turns.index(earlier)]]
    connection.execute(update(take_turns).where(take_turns.c.id.in_(gone)).values(undone_at=at))
    _silence(connection, prompt, language)
    connection.execute(update(takes).where(takes.c.id == earlier.take_id).values(live=True))
    return _found(connection, earlier.take_id)


def withdraw_live(connection: Connection, prompt: str, language: str, decision: Decision) -> Take | None:
    """Let callers hear built speech again; the takes stay. The one they heard until now, if any."""
    _one_after_another(connection)
    query = select(takes).where(takes.c.prompt == prompt, takes.c.language == language, takes.c.live)
    row = connection.execute(query).first()
    if row is None:
        return None
    _silence(connection, prompt, language)
    _note(connection, prompt, language, None, _after(decision, _newest(connection, prompt, language)))
    return _take(row)


def remove_take(connection: Connection, take_id: int) -> Take | None:
    """Forget a take that callers do not hear; None if there is none, or they hear it."""
    take = find_take(connection, take_id)
    if take is None:
        return None
    # Somebody may accept it at this moment: who comes second changes nothing.
    gone = connection.execute(delete(takes).where(takes.c.id == take.id, ~takes.c.live)).rowcount
    return take if gone else None


def names_in_use(connection: Connection, take: Take) -> frozenset[str]:
    """Those of the take's files that other takes of its language name too."""
    names = [take.file, take.original]
    query = select(takes.c.file, takes.c.original).where(
        takes.c.language == take.language,
        takes.c.id != take.id,
        or_(takes.c.file.in_(names), takes.c.original.in_(names)),
    )
    return frozenset(name for row in connection.execute(query) for name in row) & frozenset(names)


def live_takes(connection: Connection) -> tuple[Take, ...]:
    """The takes callers hear."""
    rows = connection.execute(select(takes).where(takes.c.live).order_by(takes.c.id))
    return tuple(_take(row) for row in rows)


def takes_of(connection: Connection, prompt: str, language: str) -> tuple[Take, ...]:
    """Every take of a prompt in a language, the newest first."""
    wanted = select(takes).where(takes.c.prompt == prompt, takes.c.language == language)
    return tuple(_take(row) for row in connection.execute(wanted.order_by(takes.c.id.desc())))


def drafts(connection: Connection, language: str) -> Mapping[str, int]:
    """How many drafts wait to be accepted or discarded in a language, by prompt."""
    query = select(takes.c.prompt, func.count()).where(
        takes.c.language == language, takes.c.accepted_at.is_(None)
    )
    rows = connection.execute(query.group_by(takes.c.prompt))
    return {row[0]: row[1] for row in rows}


def take_to_row(take: Take) -> dict[str, Any]:
    """The take as values that JSON knows."""
    accepted_at = take.accepted_at and take.accepted_at.isoformat()
    return {**asdict(take), "made_at": take.made_at.isoformat(), "accepted_at": accepted_at}


def take_from_row(row: Mapping[str, Any]) -> Take:
    """The take that `take_to_row` was given."""
    accepted_at = row.get("accepted_at")
    moments = {
        "made_at": datetime.fromisoformat(row["made_at"]),
        "accepted_at": accepted_at and datetime.fromisoformat(accepted_at),
    }
    return Take(**{**row, **moments, "problems": tuple(row["problems"])})


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
    same = (takes.c.prompt == prompt, takes.c.language == language, takes.c.live)
    connection.execute(update(takes).where(*same).values(live=False))


def _found(connection: Connection, take_id: int) -> Take:
    return _take(connection.execute(select(takes).where(takes.c.id == take_id)).one())


def _take(row: Row[Any]) -> Take:
    values = dict(row._mapping)  # noqa: SLF001 (the documented name of a row's columns)
    made_at = values["made_at"]
    del values["ticket"]
    # SQLite keeps no zone; what it keeps is UTC.
    values["made_at"] = made_at.astimezone(UTC) if made_at.tzinfo else made_at.replace(tzinfo=UTC)
    values["problems"] = tuple(values["problems"])
    return Take(**values)
