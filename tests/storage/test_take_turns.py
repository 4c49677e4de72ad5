"""What callers hear of a prompt is decided by one after another, on every database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

from sqlalchemy import Engine

from ivr.storage.engine import reading, writing
from ivr.storage.take_turns import Decision, go_back, make_live, withdraw_live
from ivr.storage.takes import NewTake, Take, add_draft, live_takes, remove_take, takes_of

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROUNDS = 5


def draft(engine: Engine, letter: str, ticket: int | None = None) -> Take:
    words = ("w", "v", "Welcome.", letter * 64, "o", 2.5, -20.1, ())
    new = NewTake("welcome", "en", *words, "phone", "Thandi", NOON)
    with writing(engine) as connection:
        return add_draft(connection, new, ticket)


def decided(key: str, seconds: float = 0) -> Decision:
    return Decision(key, NOON + timedelta(seconds=seconds), "Thandi", "phone")


def live(engine: Engine) -> list[int]:
    with reading(engine) as connection:
        return [each.id for each in live_takes(connection)]


def accept(engine: Engine, take: Take, key: str, seconds: float = 0, *, late: bool = False) -> None:
    with writing(engine) as connection:
        make_live(connection, take.id, decided(key, seconds), late=late)


def test_of_two_who_accept_at_the_same_moment_one_is_heard_and_neither_is_refused(engine: Engine) -> None:
    for each in range(ROUNDS):
        both = draft(engine, "a"), draft(engine, "b")
        start = Barrier(2)

        def go(take: Take, start: Barrier = start, each: int = each) -> None:
            start.wait()
            accept(engine, take, f"{each} {take.id}")

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(go, both))

        assert 1 == len(live(engine))
        assert live(engine)[0] in {take.id for take in both}
    with reading(engine) as connection:
        assert {"kept", "live"} == {take.state for take in takes_of(connection, "welcome", "en")}


def test_of_two_who_accept_and_discard_a_take_one_comes_second(engine: Engine) -> None:
    for each in range(ROUNDS):
        take, start = draft(engine, "a"), Barrier(2)

        def go(name: str, take: Take = take, start: Barrier = start) -> bool:
            start.wait()
            try:
                with writing(engine) as connection:
                    if name.startswith("accept"):
                        return bool(make_live(connection, take.id, decided(name)))
                    return bool(remove_take(connection, take.id))
            except KeyError:
                return False

        with ThreadPoolExecutor(2) as pool:
            accepted, discarded = pool.map(go, (f"accept {each}", f"discard {each}"))

        assert accepted != discarded
        assert accepted == (take.id in live(engine))


def test_the_same_decision_told_twice_counts_once(engine: Engine) -> None:
    first, second = draft(engine, "a"), draft(engine, "b")
    accept(engine, first, "1")
    accept(engine, second, "2", 1)
    accept(engine, first, "1", late=True)

    assert [second.id] == live(engine)


def test_a_decision_that_comes_late_changes_nothing_that_was_decided_after_it(engine: Engine) -> None:
    first, second = draft(engine, "a"), draft(engine, "b")
    accept(engine, second, "2", 60)
    accept(engine, first, "1", 30, late=True)

    assert [second.id] == live(engine)
    with writing(engine) as connection:
        found = go_back(connection, "welcome", "en", NOON + timedelta(seconds=90))
    assert found
    assert (first.id, "live") == (found.id, found.state)


def test_a_decision_that_comes_late_does_not_undo_a_step_back(engine: Engine) -> None:
    first, second, third = [draft(engine, letter) for letter in "abc"]
    accept(engine, first, "1")
    accept(engine, second, "2", 10)
    with writing(engine) as connection:
        go_back(connection, "welcome", "en", NOON + timedelta(seconds=60))
    accept(engine, third, "3", 30, late=True)

    assert [first.id] == live(engine)


def test_a_machine_whose_clock_is_behind_decides_all_the_same(engine: Engine) -> None:
    first, second = draft(engine, "a"), draft(engine, "b")
    accept(engine, first, "1", 60)
    accept(engine, second, "2", 0)

    assert [second.id] == live(engine)
    with writing(engine) as connection:
        found = go_back(connection, "welcome", "en", NOON)
    assert found
    assert first.id == found.id


def test_nothing_is_gone_back_to_before_the_first_take(engine: Engine) -> None:
    with writing(engine) as connection:
        assert go_back(connection, "welcome", "en", NOON) is None
    accept(engine, draft(engine, "a"), "1")

    with writing(engine) as connection:
        assert go_back(connection, "welcome", "en", NOON) is None
        assert withdraw_live(connection, "welcome", "en", decided("2"))
        assert withdraw_live(connection, "welcome", "en", decided("3")) is None


def test_a_draft_with_a_ticket_is_stored_once(engine: Engine) -> None:
    assert draft(engine, "a", -7).id == draft(engine, "a", -7).id
    assert draft(engine, "a", -8).id != draft(engine, "a", -7).id
