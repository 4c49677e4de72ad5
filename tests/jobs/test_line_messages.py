"""What counsellors do by SMS: each message has one effect and one answer, in the counsellor's language."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from ivr.content import load
from ivr.content.line_texts import LineTexts, read_line_texts
from ivr.flow.roster import Counsellor
from ivr.jobs.line_answers import MOST_TRIES, LineAnswers
from ivr.jobs.line_messages import LineMessages
from ivr.jobs.own_duty import OwnDuty
from ivr.storage.engine import engine_for, reading
from ivr.storage.line_answers import due_answers
from ivr.storage.tables_staff_line import line_answers
from tests.jobs.counsellors_on_duty import AT, PHONES, ZONE, keep_shift_of, on_duty, roster

PROMPTS = Path(__file__).parents[2] / "prompts"


class RefusedByNetworkError(Exception):
    pass


class Network:
    """Takes texts, unless it is told not to."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.refuses = False

    def send(self, to: str, body: str) -> None:
        if self.refuses:
            raise RefusedByNetworkError
        self.sent.append((to, body))


@pytest.fixture(scope="module")
def texts() -> LineTexts:
    return read_line_texts(PROMPTS, load(PROMPTS))


@pytest.fixture
def people(either_engine: Engine) -> dict[str, Counsellor]:
    return keep_shift_of(either_engine, "Thandi", "Sipho")


@pytest.fixture
def messages(either_engine: Engine, people: dict[str, Counsellor], texts: LineTexts) -> LineMessages:
    return over(either_engine, texts)


def over(engine: Engine, texts: LineTexts) -> LineMessages:
    return LineMessages(
        engine,
        OwnDuty(ZONE),
        lambda: texts,
        lambda person: person.languages,
        lambda: roster(engine),
        "Lifeline",
        lambda: None,
    )


def answers(engine: Engine, at: datetime = AT) -> list[str]:
    with reading(engine) as connection:
        return [each.text for each in due_answers(connection, at)]


def every_answer(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return list(connection.scalars(select(line_answers.c.text)))


@pytest.mark.parametrize("sent", ["off", "OFF", " Off. ", "o f f", "af", "phuma", "toka!", "Off duty"])
def test_every_language_s_word_counts_however_it_is_written(
    messages: LineMessages, people: dict[str, Counsellor], sent: str
) -> None:
    assert messages.received("SM1", people["Thandi"], sent, AT)

    assert ["Sipho"] == on_duty(messages.engine)
    assert ["Lifeline: you are off duty now."] == answers(messages.engine)


def test_on_says_until_when(messages: LineMessages, people: dict[str, Counsellor]) -> None:
    messages.received("SM1", people["Naledi"], "on", AT)

    assert ["Naledi", "Sipho", "Thandi"] == on_duty(messages.engine)
    assert answers(messages.engine)[0].startswith("Lifeline: you are on duty until 2026-01-06 02:00.")


def test_the_last_on_duty_says_it_twice(messages: LineMessages, people: dict[str, Counsellor]) -> None:
    messages.received("SM1", people["Thandi"], "off", AT)
    messages.received("SM2", people["Sipho"], "pause", AT)
    assert ["Sipho"] == on_duty(messages.engine)
    assert "the only one on duty" in answers(messages.engine)[-1]
    messages.received("SM3", people["Sipho"], "pause", AT + timedelta(minutes=11))
    assert ["Sipho"] == on_duty(messages.engine)

    messages.received("SM4", people["Sipho"], "pause", AT + timedelta(minutes=12))
    assert [] == on_duty(messages.engine, AT + timedelta(minutes=12))


def test_next_tells_two_shifts(messages: LineMessages, people: dict[str, Counsellor]) -> None:
    messages.received("SM1", people["Thandi"], "next", AT)
    messages.received("SM2", people["Naledi"], "Next?", AT + timedelta(seconds=1))

    both = "2026-01-05 08:00 - 2026-01-05 18:00, 2026-01-06 08:00 - 2026-01-06 18:00"
    assert [
        f"Lifeline: your next shifts: {both}",
        "Lifeline: no shift is planned for you.",
    ] == answers(messages.engine, AT + timedelta(seconds=1))


def test_who_pretends_to_be_a_counsellor_has_few_messages_sent_and_none_obeyed_unsaid(
    messages: LineMessages, people: dict[str, Counsellor]
) -> None:
    def sends(id_: str) -> None:
        while not messages.received(id_, people["Thandi"], "next", AT):
            pass  # too many at once: the network tells it again

    with ThreadPoolExecutor(8) as senders:
        list(senders.map(sends, [f"SM{number}" for number in range(40)]))
    assert 20 == len(every_answer(messages.engine))

    assert messages.received("SM98", people["Thandi"], "off", AT)
    assert ["Sipho", "Thandi"] == on_duty(messages.engine)
    an_hour_on = AT + timedelta(hours=1)
    assert messages.received("SM99", people["Thandi"], "off", an_hour_on)
    assert ["Sipho"] == on_duty(messages.engine, an_hour_on)


def test_the_same_message_twice_has_one_effect_and_one_answer(
    messages: LineMessages, people: dict[str, Counsellor]
) -> None:
    messages.received("SM1", people["Thandi"], "off", AT)
    messages.received("SM2", people["Thandi"], "on", AT)
    messages.received("SM1", people["Thandi"], "off", AT)

    assert ["Sipho", "Thandi"] == on_duty(messages.engine)
    assert 2 == len(answers(messages.engine))


def test_what_is_no_command_is_helped_with_once_an_hour(
    messages: LineMessages, people: dict[str, Counsellor]
) -> None:
    for number in range(3):
        messages.received(f"SM{number}", people["Thandi"], "I am driving and will ring you back", AT)
    assert 1 == len(answers(messages.engine))

    messages.received("SM4", people["Thandi"], "help", AT)
    assert 2 == len(answers(messages.engine))


def test_a_message_may_be_told_again_while_the_database_is_away(tmp_path: Path, texts: LineTexts) -> None:
    person = Counsellor("a1", "Thandi", PHONES["Thandi"], ("en",))

    assert not over(engine_for(f"sqlite:///{tmp_path}/no/where.db"), texts).received("SM1", person, "off", AT)


def test_an_answer_goes_to_the_counsellor_s_phone_once(
    messages: LineMessages, people: dict[str, Counsellor]
) -> None:
    messages.received("SM1", people["Thandi"], "off", AT)
    network = Network()
    sending = LineAnswers(messages.engine, network.send, lambda: AT, (RefusedByNetworkError,))
    sending.work()
    sending.work()

    assert [(PHONES["Thandi"], "Lifeline: you are off duty now.")] == network.sent


def test_what_the_network_refuses_is_sent_again_and_at_last_given_up(
    messages: LineMessages, people: dict[str, Counsellor]
) -> None:
    messages.received("SM1", people["Thandi"], "off", AT)
    network, now = Network(), [AT]
    network.refuses = True
    sending = LineAnswers(messages.engine, network.send, lambda: now[0], (RefusedByNetworkError,))
    pauses = []
    while pause := sending.work():
        pauses.append(pause.total_seconds())
        now[0] += pause

    assert [10, 20, 40, 80, 160] == pauses
    assert MOST_TRIES == len(pauses) + 1
    assert [] == answers(messages.engine, now[0] + timedelta(days=1))
