"""Phones: who is registered for which number, and what a phone says and is told."""

import asyncio
import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ivr.telephony.exchange.clock import Clock
from ivr.telephony.exchange.line import PhoneLine, Spoken

EVERY = "*"
Message = Mapping[str, object]


class BadMessage(Exception):  # noqa: N818 (it is the phone's fault, and says so)
    """A phone has said something that is not in the line protocol."""


@dataclass(slots=True, eq=False)
class Phone:
    """One phone: `tell` reaches it. `patient` phones let time jump, and time their plays by the exchange."""

    tell: Callable[[Message], None]
    clock: Clock
    call: Callable[["Phone", str], None]
    number: str = ""
    patient: bool = False
    plays: bool = True
    line: PhoneLine | None = None
    unseen: int = 0
    gone: bool = False
    _wakers: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def busy(self) -> bool:
        """Whether it rings or is on a call."""
        return self.line is not None and not self.line.over

    def say(self, message: Message) -> None:
        """Sends; a patient phone answers each message with `seen`, and till then time stands still."""
        if self.gone:
            return  # else time would stand still for what nobody will ever see
        if self.patient:
            self.unseen += 1
            self.clock.hold()
        self.tell(message)

    def begin(self) -> PhoneLine:
        """A new call on this phone."""
        self.line = PhoneLine(self.say, self.clock, plays=self.plays)
        return self.line

    def take(self, message: Message) -> None:
        """Does what the phone says; BadMessage when it makes no sense."""
        do = DOINGS.get(str(message.get("do")))
        if do is None:
            raise BadMessage(f"{message.get('do')!r} is not one of {', '.join(DOINGS)}")
        do(self, message)
        self.clock.stir()

    def close(self) -> None:
        """The phone is gone: it hangs up, and nobody waits for it to see anything."""
        self.gone = True
        if self.line:
            self.line.far_hangs_up()
        for task in self._wakers:
            task.cancel()
        while self.unseen:
            self._seen({})

    def _on_line(self) -> PhoneLine:
        if self.line is None:
            raise BadMessage("there is no call on this phone")
        return self.line

    def _register(self, message: Message) -> None:
        self.number = str(message.get("number", ""))
        self.plays = message.get("plays") is not False
        self.patient = message.get("patient") is True
        self.say({"is": "registered", "number": self.number, "at": 0.0})

    def _call(self, message: Message) -> None:
        if self.busy or not self.number:
            raise BadMessage("register first, and hang up before calling again")
        self.call(self, str(message.get("to", "")))

    def _key(self, message: Message) -> None:
        key = str(message.get("key", ""))
        if len(key) != 1 or key not in "0123456789*#":
            raise BadMessage(f"{key!r} is not a key; use 0-9 * #")
        self._on_line().press(key)

    def _ended(self, message: Message) -> None:
        self._on_line().played(_number(message, "play"))

    def _recording(self, message: Message) -> None:
        try:
            media = base64.b64decode(str(message.get("media") or ""), validate=True)
        except binascii.Error as error:
            raise BadMessage(f"the recording's media is not base64: {error}") from error
        seconds = message.get("seconds")
        spoken = float(seconds) if isinstance(seconds, int | float) else None
        self._on_line().spoke(_number(message, "take"), Spoken(media, spoken))

    def _wake(self, message: Message) -> None:
        seconds = message.get("seconds")
        if not isinstance(seconds, int | float) or not 0 <= seconds <= 3600:  # noqa: PLR2004 (an hour)
            raise BadMessage("wake needs seconds, from 0 to 3600")
        task = asyncio.ensure_future(self._woken(float(seconds), message.get("name")))
        self._wakers.add(task)
        task.add_done_callback(self._wakers.discard)

    async def _woken(self, seconds: float, name: object) -> None:
        await self.clock.sleep(seconds)
        at = self.line.at if self.line else 0.0
        self.say({"is": "woken", "name": name, "at": round(at, 3)})

    def _seen(self, message: Message) -> None:
        del message
        if self.unseen:
            self.unseen -= 1
            self.clock.release()


def _number(message: Message, name: str) -> int:
    value = message.get(name)
    if not isinstance(value, int):
        raise BadMessage(f"{name} must be a whole number")
    return value


DOINGS: Mapping[str, Callable[[Phone, Message], None]] = {
    "register": Phone._register,  # noqa: SLF001 (the table of what a phone may say is part of it)
    "call": Phone._call,  # noqa: SLF001
    "answer": lambda phone, _: phone._on_line().answer(),  # noqa: SLF001
    "hangup": lambda phone, _: phone._on_line().far_hangs_up(),  # noqa: SLF001
    "key": Phone._key,  # noqa: SLF001
    "ended": Phone._ended,  # noqa: SLF001
    "recording": Phone._recording,  # noqa: SLF001
    "wake": Phone._wake,  # noqa: SLF001
    "seen": Phone._seen,  # noqa: SLF001
}


class Phones:
    """Every phone there is, in the order they came."""

    def __init__(self) -> None:
        self._phones: list[Phone] = []

    def add(self, phone: Phone) -> None:
        """A phone has come."""
        self._phones.append(phone)

    def remove(self, phone: Phone) -> None:
        """A phone has gone."""
        phone.close()
        self._phones.remove(phone)

    def find(self, number: str, *, patient: bool) -> Phone | None:
        """The phone of that number, else a free one for every number, the newest of the same kind."""
        own = [each for each in self._phones if each.number == number]
        if own:
            return next((each for each in own if not each.busy), own[0])
        free = [each for each in self._phones if each.number == EVERY and not each.busy]
        return max(free, key=lambda each: (each.patient == patient, self._phones.index(each)), default=None)

    def all_patient(self) -> bool:
        """Whether nobody on a call minds time jumping."""
        return all(each.patient for each in self._phones if each.busy)
