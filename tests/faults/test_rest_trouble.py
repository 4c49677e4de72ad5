"""The network's REST API fails in every way while callers ask for somebody: phones ring all the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ivr import clock
from tests.app.people import SIPHO, THANDI
from tests.faults.provider import Provider, running
from tests.faults.serving import Helpline, serving, until

NOW = clock.now()
ON_DUTY = replace(THANDI, start=NOW - timedelta(hours=2), end=NOW + timedelta(hours=22))
NEXT = replace(SIPHO, start=ON_DUTY.start, end=ON_DUTY.end)


@pytest.fixture(
    params=[(429, 20429), (503, 20503), (0, 0)],
    ids=["too-many", "away", "hangs"],
)
def provider(request: pytest.FixtureRequest) -> Iterator[Provider]:
    with running() as found:
        found.status, found.code = request.param
        yield found


@pytest.fixture
def helpline(tmp_path: Path, audio: Path, provider: Provider) -> Iterator[Helpline]:
    with serving(tmp_path, audio, people=(ON_DUTY, NEXT), environ={"TWILIO_API_URL": provider.url}) as found:
        yield found


@pytest.mark.slow
def test_whoever_is_on_duty_is_rung_and_no_webhook_waits(helpline: Helpline, provider: Provider) -> None:
    reached = helpline.call(1).asks_for_somebody()
    message = helpline.call(2).leaves_a_message()
    again = helpline.call(3).asks_for_somebody()

    assert ([ON_DUTY.phone], [NEXT.phone]) == (reached.dialled(), again.dialled())
    assert "message.lost" not in message.text
    assert max(reached.seconds, message.seconds, again.seconds) < 2.0
    assert provider.asked > 0


@pytest.mark.slow
def test_once_it_answers_again_callers_are_queued_and_phones_rung_by_it(tmp_path: Path, audio: Path) -> None:
    with running() as provider:
        provider.status = 503
        environ = {"TWILIO_API_URL": provider.url}
        with serving(tmp_path, audio, people=(ON_DUTY,), environ=environ) as helpline:
            queued = helpline.call(1).says("/voice/en/g/l", Digits="0").document.find("Enqueue")
            assert queued is not None
            provider.status = 201
            wait = queued.attrib["waitUrl"]
            rung = until(
                lambda: (
                    helpline.call(2).says(wait, QueueSid="QU" + "6" * 32, QueueTime="1")
                    and provider.placed == [ON_DUTY.phone]
                )
            )

    assert rung
