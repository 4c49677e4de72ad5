"""The line to a number that cannot be rung: nobody has it, or whoever has it is on a call."""

from collections.abc import Mapping

from ivr.telephony.exchange.errors import HungUp
from ivr.telephony.exchange.leg import Listening, RecordOrder, Sound, Status, Take


class NobodysLine:
    """Ringing it ends at once with the given status; there is nobody for anything else."""

    gone = True
    at = 0.0

    def __init__(self, status: Status) -> None:
        self._status = status

    async def hear(self, sound: Sound) -> str | None:
        """Nobody hears."""
        del sound
        raise HungUp

    async def rest(self, seconds: float) -> str | None:
        """Nobody waits."""
        del seconds
        raise HungUp

    async def record(self, order: RecordOrder) -> Take:
        """Nobody speaks."""
        del order
        raise HungUp

    async def ring(self, caller: str, seconds: float) -> Status:
        """Busy or failed, at once."""
        del caller, seconds
        return self._status

    async def hung_up(self) -> None:
        """Nobody was there."""

    async def pressed(self, key: str) -> None:
        """Nobody presses."""
        del key
        raise HungUp

    def listen(self, keys: Listening) -> None:
        """Nobody is asked."""

    def deafen(self) -> None:
        """Nobody was asked."""

    def hang_up(self, why: Status) -> None:
        """Nobody was there."""

    def show(self, what: str, details: Mapping[str, object] | None = None) -> None:
        """Nobody sees."""
