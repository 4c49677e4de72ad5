"""Where the network comes back to: absolute, under PUBLIC_URL, and without a word about the caller."""

from dataclasses import dataclass

# One retry of whatever failed, and five seconds for an answer: two tries and the fallback fit into the
# network's fifteen (twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
OVERRIDES = "#rc=1&rp=all&rt=5000"

GATHERED = "g"
TIMED_OUT = "t"
RECORDED = "r"
NOTHING_RECORDED = "n"
DIALLED = "d"
CONTINUED = "c"
SCREEN = "s"
SCREENED = "a"
WAITING = "w"
QUEUE_ENDED = "q"
NOBODY_CAME = "o"
STUDIO_KEYS = "A"
STUDIO_SILENCE = "B"
STUDIO_RECORDED = "C"
STUDIO_ON = "D"
STUDIO = (STUDIO_KEYS, STUDIO_SILENCE, STUDIO_RECORDED, STUDIO_ON)
STUDIO_ENTRY = "in"
"""In place of a state: the recording line begins."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a call stands, as it travels in URLs: its language's code, and its encoded state.

    `queue` is the name of the queue that the caller would wait in.
    """

    language: str
    state: str
    queue: str = ""


@dataclass(frozen=True, slots=True)
class Urls:
    """Every URL a document may name; `overrides` is the fragment on webhooks, or empty."""

    public_url: str
    overrides: str = OVERRIDES

    def turn(self, what: str, language: str, state: str) -> str:
        """Where the next turn is asked for, once `what` (a letter of this module) has happened."""
        return f"{self.public_url}/voice/{language}/{what}/{state}{self.overrides}"

    def screen(self, language: str, state: str) -> str:
        """What the counsellor hears before being connected."""
        return self.turn(SCREEN, language, state)

    def screened(self, language: str, state: str) -> str:
        """Where the counsellor's answer to the screening goes."""
        return self.turn(SCREENED, language, state)

    def studio(self, language: str) -> str:
        """Where a caller goes on who asks for the recording line."""
        return self.turn(STUDIO_ON, language, STUDIO_ENTRY)

    def recording(self, language: str) -> str:
        """The status callback of recordings."""
        return f"{self.public_url}/voice/{language}/recording{self.overrides}"

    def heard(self, token: str) -> str:
        """A caller's own recording, to be heard once."""
        return f"{self.public_url}/heard/{token}"
