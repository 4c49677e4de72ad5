"""The world outside of a helpline, as its doctor asks it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ivr.app.outside import Answer, NoAnswerError
from tests.app.people import NOON
from tests.app.stage import PUBLIC

FALLBACK = "https://elsewhere.example/sorry.xml"
SOUND = Answer(200, 0.1, "RIFF and so on")
TWIML = Answer(200, 0.1, "<?xml version='1.0'?><Response/>")


@dataclass
class Outside:
    """The world as it should be, but for what a test changes; a status of 0 is no answer."""

    voice: Answer = field(default_factory=lambda: Answer(403, 0.1, ""))
    answers: Mapping[str, Answer] = field(default_factory=dict)
    ends: datetime = NOON + timedelta(days=60)

    def get(self, url: str) -> Answer:
        usual = TWIML if url == FALLBACK else SOUND
        return self._told(next((self.answers[each] for each in self.answers if each in url), usual))

    def post(self, url: str) -> Answer:
        assert f"{PUBLIC}/voice" == url
        return self._told(self.voice)

    def certificate_ends(self, host: str, port: int) -> datetime:
        assert ("helpline.example", 443) == (host, port)
        return self.ends

    def _told(self, answer: Answer) -> Answer:
        if not answer.status:
            raise NoAnswerError("ConnectionError")
        return answer
