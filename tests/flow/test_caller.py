import pytest

from ivr.flow.call import Kind, new_call
from ivr.flow.caller import TRANSITIONS, advance
from ivr.flow.events import DialEnded, DialOutcome, Event, ImpossibleEvent, Lost, Recorded, Troubled
from tests.flow.cast import HELPLINE, NOON
from tests.flow.story import Story


@pytest.mark.parametrize(
    "event",
    [DialEnded(NOON, DialOutcome.REACHED), Recorded(NOON, "RE" + "0" * 32, 5)],
    ids=lambda e: type(e).__name__,
)
def test_an_event_that_cannot_happen_is_an_error_and_changes_nothing(event: Event) -> None:
    call = Story().presses("1").call

    with pytest.raises(ImpossibleEvent):
        advance(HELPLINE, call, event)


def test_the_same_event_gets_the_same_answer() -> None:
    call = new_call(HELPLINE)
    event = Lost(NOON)

    assert advance(HELPLINE, call, event) == advance(HELPLINE, call, event)


@pytest.mark.parametrize("event", [Troubled, Lost])
def test_trouble_and_confusion_have_a_way_on_from_every_place(event: type[Event]) -> None:
    assert set(Kind) == {kind for kind, happened in TRANSITIONS if happened is event}
