"""The recordings at the provider, or at our exchange wherever it is just now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ivr.settings import Settings
from ivr.telephony.exchange.address import read_address
from ivr.telephony.twilio.rest import Recordings, UnreachableError


@dataclass(frozen=True, slots=True)
class Network:
    """The recordings at the provider, or at our exchange wherever it is just now."""

    settings: Settings
    account: tuple[str, str]

    def fetch(self, recording: str) -> bytes:
        """The recording as WAV, or a RestError."""
        return self._recordings().fetch(recording)

    def delete(self, recording: str) -> None:
        """Remove it there, or a RestError."""
        self._recordings().delete(recording)

    def older_than(self, moment: datetime) -> Iterator[tuple[str, str, datetime]]:
        """All of the account made before then: id, call, when; or a RestError."""
        return self._recordings().older_than(moment)

    def _recordings(self) -> Recordings:
        sid, token = self.account
        if not self.settings.exchange_mode:
            return Recordings(sid, token, self.settings.api_url)
        address = read_address(self.settings.data_dir)
        if address is None:
            raise UnreachableError("the exchange is not running")
        return Recordings(sid, token, address.url)
