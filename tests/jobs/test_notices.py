"""Staff are told once, in words they can use, whatever fails; what could not be told stays visible."""

import logging
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from ivr.content import Content, load
from ivr.content.service import NotifyTable
from ivr.jobs.notices import notify
from ivr.jobs.notices_mail import MailError, MailRefusedError
from ivr.jobs.notices_telling import Telling
from ivr.storage.engine import reading, writing
from ivr.storage.notices import list_deliveries, list_untold
from ivr.storage.tables import counsellors, promises

PROMPTS = Path(__file__).parents[2] / "prompts"
AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)  # three in the afternoon in Johannesburg
STAFF, OFFICE, THANDI = "+27820000009", "office@helpline.example", "+27820000001"
START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
GAP = {"start": START, "end": START + timedelta(hours=2)}
GAP_EN = "Themba: please find somebody, nobody is on duty at these times: 2026-11-23 08:00 - 10:00"


class NoNumberError(Exception):
    pass


@dataclass
class Provider:
    """Takes short messages, and can be slow to say so, silent, or refuse a number."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    taken: bool = True
    fails: Exception | None = None

    def send_sms(self, to: str, body: str) -> str:
        if self.taken:
            self.sent.append((to, body))
        if self.fails:
            raise self.fails
        return "SM1"

    def was_sent(self, to: str, body: str, since: datetime) -> bool:
        if self.fails:
            raise self.fails
        return (to, body) in self.sent


@dataclass
class Post:
    """An e-mail server that keeps what it takes."""

    sent: list[tuple[str, str, str, str]] = field(default_factory=list)
    fails: Exception | None = None

    def send(self, to: str, subject: str, text: str, key: str, at: datetime) -> None:
        if self.fails:
            raise self.fails
        self.sent.append((to, subject, text, key))


@dataclass
class Office:
    """A helpline's outbox with its clock stopped."""

    engine: Engine
    content: Content
    provider: Provider = field(default_factory=Provider)
    post: Post = field(default_factory=Post)
    at: datetime = AT
    prompts: Path = PROMPTS

    def tell(self, **passes: float) -> None:
        self.at += timedelta(**passes)
        self.telling().work()

    def telling(self) -> Telling:
        return Telling(
            self.engine, self.prompts, lambda: self.content, self.provider, self.post,
            lambda: self.at, (NoNumberError,),
        )  # fmt: skip

    def notify(self, kind: str, key: str = "k", **facts: object) -> bool:
        with writing(self.engine) as connection:
            return notify(connection, kind, key, **facts)  # type: ignore[arg-type]

    def failed(self) -> list[tuple[str, str, int]]:
        with reading(self.engine) as connection:
            return [(each.state, each.error, each.tries) for each in list_deliveries(connection, failed=True)]


def with_staff(content: Content, table: NotifyTable) -> Content:
    return replace(content, service=content.service.model_copy(update={"notify": table}))


@pytest.fixture(scope="module")
def shipped() -> Content:
    return load(PROMPTS)


@pytest.fixture
def office(either_engine: Engine, shipped: Content) -> Office:
    with writing(either_engine) as connection:
        row = {"key": "12345678", "name": "Thandi", "phone": THANDI, "languages": "zu;en", "priority": 1}
        connection.execute(insert(counsellors).values(**row))
    return Office(either_engine, with_staff(shipped, NotifyTable(sms=[STAFF], email=[OFFICE])))


def test_staff_are_told_once_by_sms_and_by_email_in_the_helplines_time(office: Office) -> None:
    assert office.notify("gap-ahead", **GAP)
    assert not office.notify("gap-ahead", **GAP)
    office.tell()
    office.tell(hours=1)

    assert [(STAFF, GAP_EN)] == office.provider.sent
    [(to, subject, text, _)] = office.post.sent
    assert (OFFICE, "Nobody on duty from 2026-11-23 08:00", GAP_EN) == (to, subject, text)


def test_several_gaps_are_told_as_a_list_the_next_first(office: Office) -> None:
    night = "2026-11-23T16:00:00+00:00/2026-11-24T06:00:00+00:00"
    office.notify("gap-ahead", **GAP, gaps=f"{START.isoformat()}/{GAP['end'].isoformat()} {night}")
    office.tell()

    assert [f"{GAP_EN}, 2026-11-23 18:00 - 2026-11-24 08:00"] == [body for _, body in office.provider.sent]


def test_staff_are_told_in_their_language(office: Office) -> None:
    office.content = with_staff(office.content, NotifyTable(sms=[STAFF], language="af"))
    office.notify("promise-new", promise=7, what="callback", language="zu")
    office.tell()

    [(_, text)] = office.provider.sent
    assert text.startswith("Themba: nuut: versoek om terug te bel (nr. 7), taal isiZulu, 2026-11-22 15:00. ")


def test_staff_hear_which_conversation_a_counsellor_calls_urgent(office: Office) -> None:
    office.content = with_staff(office.content, NotifyTable(sms=[STAFF]))
    office.notify("conversation-urgent", conversation=12, person="12345678", language="zu")
    office.tell()

    told = "Themba: Thandi calls conversation no. 12 urgent (language isiZulu, 2026-11-22 15:00)."
    assert [(STAFF, f"{told} Please speak with Thandi now.")] == office.provider.sent


def test_a_paused_counsellor_is_told_in_their_own_language(office: Office) -> None:
    office.content = with_staff(office.content, NotifyTable(sms=[STAFF]))
    office.notify("repeated-misses", person="12345678", count=3, paused=True)
    office.tell()

    [to_staff, to_thandi] = office.provider.sent
    assert (STAFF, "Themba: Thandi did not answer 3 times in a row and is paused now.") == (
        to_staff[0],
        to_staff[1][:65],
    )
    assert (THANDI, "Themba: awuphendulanga izikhathi ezingu-3 zilandelana,") == (
        to_thandi[0],
        to_thandi[1][:54],
    )


def test_whose_pin_is_guessed_at_is_told_as_staff_are(office: Office) -> None:
    office.content = with_staff(office.content, NotifyTable(sms=[STAFF]))
    office.notify("pin-locked", person="12345678", count=5)
    office.tell()

    assert [
        (STAFF, "Themba: 5 wrong PINs were keyed in from the phone of Thandi,"),
        (THANDI, "Themba: ama-PIN angalungile angu-5 afakwe ngocingo luka-Thandi,"),
    ] == [(to, text.partition(",")[0] + ",") for to, text in office.provider.sent]


def test_the_last_on_duty_is_not_told_but_staff_are(office: Office) -> None:
    office.content = with_staff(office.content, NotifyTable(sms=[STAFF]))
    office.notify("repeated-misses", person="12345678", count=3, paused=False)
    office.tell()

    [(to, text)] = office.provider.sent
    assert (STAFF, True) == (to, "the only one on duty" in text)


def test_an_sms_that_may_have_gone_out_is_not_sent_twice(office: Office) -> None:
    office.notify("gap-ahead", **GAP)
    office.provider.fails = TimeoutError()
    office.tell()
    office.tell(minutes=10)
    office.provider.fails = None
    office.tell(minutes=10)

    assert [(STAFF, GAP_EN)] == office.provider.sent
    assert [] == office.failed()


def test_an_sms_that_did_not_go_out_is_sent_again(office: Office) -> None:
    office.notify("gap-ahead", **GAP)
    office.provider.taken, office.provider.fails = False, TimeoutError()
    office.tell()
    failed = office.failed()
    office.provider.taken, office.provider.fails = True, None
    office.tell(seconds=29)
    early = list(office.provider.sent)
    office.tell(seconds=1)

    assert [("waiting", "TimeoutError", 1)] == failed
    assert ([], [(STAFF, GAP_EN)]) == (early, office.provider.sent)


def test_a_failure_of_one_channel_holds_up_no_other(office: Office) -> None:
    office.notify("gap-ahead", **GAP)
    office.provider.fails = TimeoutError()
    office.tell()

    assert 1 == len(office.post.sent)


def test_what_cannot_be_delivered_for_a_day_is_given_up_logged_without_numbers_and_stays_visible(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.notify("gap-ahead", **GAP)
    office.post.fails = MailError("the server is away")
    tried = 0
    with caplog.at_level(logging.ERROR):
        while not caplog.records:
            office.tell(minutes=30)
            tried += 1
            assert tried < 60

    assert [("given-up", "MailError: the server is away")] == [each[:2] for each in office.failed()]
    assert timedelta(hours=22) < office.at - AT < timedelta(hours=26)
    assert [
        "gap-ahead was not told by email (MailError: the server is away); given up; see: ivr notices"
    ] == caplog.messages


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_what_is_hopeless_is_given_up_at_once(office: Office, channel: str) -> None:
    office.notify("gap-ahead", **GAP)
    if channel == "sms":
        office.provider.taken, office.provider.fails = False, NoNumberError()
    else:
        office.post.fails = MailRefusedError()
    office.tell()

    assert ["given-up"] == [state for state, _, _ in office.failed()]


def test_with_nobody_to_tell_it_waits_for_a_day_and_stays_visible(office: Office) -> None:
    office.content = with_staff(office.content, NotifyTable())
    office.notify("gap-ahead", **GAP)
    office.notify("gap-ahead", "other", **GAP)
    office.tell()
    office.tell(hours=20)
    office.content = with_staff(office.content, NotifyTable(sms=[STAFF]))
    office.tell()
    told = len(office.provider.sent)
    office.content = with_staff(office.content, NotifyTable())
    office.notify("gap-ahead", "late", **GAP)
    office.tell()
    office.tell(hours=24)
    office.content = with_staff(office.content, NotifyTable(sms=[STAFF]))
    office.tell()
    with reading(office.engine) as connection:
        untold = [each.kind for each in list_untold(connection)]

    assert (2, 2, ["gap-ahead"]) == (told, len(office.provider.sent), untold)


@pytest.mark.parametrize(("state", "told"), [("open", 2), ("in-work", 2), ("kept", 0), ("given-up", 0)])
def test_nobody_is_told_of_a_promise_that_is_settled_by_then(office: Office, state: str, told: int) -> None:
    staffed, office.content = office.content, with_staff(office.content, NotifyTable())
    with writing(office.engine) as connection:
        row = {"id": 12, "call": "CA1", "kind": "message", "state": state, "language": "en", "created": AT}
        connection.execute(insert(promises).values(**row, seconds=9, attempt=1, note=""))
        notify(connection, "promise-new", "12", promise=12)
    office.tell()
    office.content = staffed
    office.tell(hours=1)
    with reading(office.engine) as connection:
        untold = list_untold(connection)

    assert (told, ()) == (len(office.provider.sent) + len(office.post.sent), untold)


def test_many_callers_who_reach_nobody_at_the_same_time_are_one_message(office: Office) -> None:
    for number in range(5):
        office.notify("nobody-reachable", f"CA{number}", language="en")
        office.tell(minutes=2)
    office.tell(minutes=10)
    office.notify("nobody-reachable", "later", language="en")
    office.tell()
    with reading(office.engine) as connection:
        untold = list_untold(connection)

    assert (2, ()) == (len(office.provider.sent), untold)


def test_a_broken_text_costs_only_its_language(office: Office, tmp_path: Path) -> None:
    (tmp_path / "notices").mkdir()
    english = (PROMPTS / "notices" / "en.toml").read_text()
    (tmp_path / "notices" / "af.toml").write_text("[[[")
    (tmp_path / "notices" / "en.toml").write_text(english)
    office.prompts = tmp_path
    office.content = with_staff(office.content, NotifyTable(sms=[STAFF], language="af"))
    office.notify("gap-ahead", **GAP)
    office.tell()

    assert [(STAFF, GAP_EN)] == office.provider.sent


def test_without_any_text_the_bare_facts_are_told(office: Office, tmp_path: Path) -> None:
    office.prompts = tmp_path
    office.notify("promise-new", promise=7, what="message", language="zu")
    office.tell()

    assert [(STAFF, "Themba: promise-new promise=7 what=message language=zu")] == office.provider.sent


def test_numbers_are_taken_out_of_what_is_told(office: Office) -> None:
    office.notify("subscription-failed", subscription="rota of +27 82 333 4444")
    office.tell()

    assert ["[number]"] == [text.partition("rota of ")[2].split()[0] for _, text in office.provider.sent]


def test_what_is_rolled_back_is_not_told(office: Office) -> None:
    def fail() -> None:
        with writing(office.engine) as connection:
            notify(connection, "gap-ahead", "k", **GAP)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    office.tell()

    assert [] == office.provider.sent
