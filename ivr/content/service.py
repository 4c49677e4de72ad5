"""The tables of helpline.toml about reaching people: ringing, call-backs, limits, whom to tell."""

from datetime import time
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ivr.settings import is_e164


class Strict(BaseModel):
    """Unknown keys are slips, so they are problems; values are never bent into another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _number(number: str) -> str:
    if not is_e164(number):
        raise ValueError("is not E.164; write + and country code, without spaces, as +27105550100")
    return number


def _country(code: str) -> str:
    if not (code.isascii() and code.isalpha() and code.isupper() and len(code) == len("ZA")):
        raise ValueError(f"{code!r} is not a country; write its two capital letters: ZA")
    return code


def _address(text: str) -> str:
    name, _, host = text.partition("@")
    if not name or "." not in host or not text.isprintable() or set(text) & set(' ,;<>"'):
        raise ValueError(f"{text!r} is not an e-mail address; write name@host.example")
    return text


Phone = Annotated[str, AfterValidator(_number)]
Country = Annotated[str, AfterValidator(_country)]
Address = Annotated[str, AfterValidator(_address)]


class RingTable(Strict):
    """[ring]: how many phones ring at the same time, where they may be, and what spares their owners."""

    at_once: Annotated[int, Field(ge=1, le=10)] | Literal["all"] = 2
    countries: list[Country] = []
    wrap_up_seconds: Annotated[int, Field(ge=0, le=900)] = 30
    misses: Annotated[int, Field(ge=0, le=20)] = 3
    question: bool = False


class CallBackTable(Strict):
    """[callback]: whether callers may ask for one, to which countries, how often it is tried, its limits."""

    offered: bool = True
    countries: list[Country] = []
    tries: Annotated[int, Field(ge=1, le=10)] = 3
    pause_minutes: Annotated[int, Field(ge=1, le=240)] = 20
    per_day: Annotated[int, Field(ge=1, le=50)] = 3
    per_hour: Annotated[int, Field(ge=1, le=1000)] = 60


class MissedCallTable(Strict):
    """[missed_call]: numbers that reject a call and ring back, and what that may cost."""

    numbers: list[Phone] = []
    countries: list[Country] = []
    per_day: Annotated[int, Field(ge=1, le=50)] = 3
    per_hour: Annotated[int, Field(ge=1, le=1000)] = 30


class NuisanceTable(Strict):
    """[nuisance]: how often one number, and everybody together, may ask for a person."""

    per_hour: Annotated[int, Field(ge=1, le=1000)] = 20
    everybody_per_minute: Annotated[int, Field(ge=1, le=10000)] = 120


class StaffTable(Strict):
    """[staff]: numbers of their own for counsellors, and for staff who record; else they ring the helpline.

    `studio_keys`: pressing star twice at the languages leads to where staff record, if anybody may.
    """

    number: Phone | Literal[""] = ""
    studio_number: Phone | Literal[""] = ""
    studio_keys: bool = True

    @property
    def numbers(self) -> tuple[str, ...]:
        """Those that there are."""
        return tuple(filter(None, (self.number, self.studio_number)))


class NotifyTable(Strict):
    """[notify]: who is told what needs a person, and when a promise is overdue."""

    language: str = ""
    sms: list[Phone] = []
    email: list[Address] = []
    overdue_minutes: Annotated[int, Field(ge=5, le=10080)] = 120
    gap_hours: Annotated[int, Field(ge=1, le=336)] = 48


class RetentionTable(Strict):
    """[retention]: after how many days what is stored is removed; what is still promised never is.

    `messages`: promises of every kind with their recordings, counted from when they were kept or given up.
    `callers`: what stands for a caller's number beside a conversation. `calls`: each call, not the counts.
    `provider_records`: the provider's own records of our calls and texts; 0 leaves them to it.
    """

    calls: Annotated[int, Field(ge=1, le=3650)] = 365
    conversations: Annotated[int, Field(ge=1, le=3650)] = 365
    callers: Annotated[int, Field(ge=1, le=3650)] = 30
    messages: Annotated[int, Field(ge=1, le=3650)] = 180
    waits: Annotated[int, Field(ge=7, le=365)] = 7
    notices: Annotated[int, Field(ge=7, le=3650)] = 90
    drafts: Annotated[int, Field(ge=7, le=3650)] = 90
    roster_changes: Annotated[int, Field(ge=2, le=3650)] = 90
    checks: Annotated[int, Field(ge=1, le=3650)] = 400
    audit: Annotated[int, Field(ge=30, le=7300)] = 1826
    provider_records: Annotated[int, Field(ge=0, le=3650)] = 365


class WatchTable(Strict):
    """[watch]: the helpline rings itself every day, and looks how much is left on the account; off if empty.

    `self_test_from` is a number of the account other than the helpline's, `low_balance` in its currency.
    """

    self_test_from: Phone | Literal[""] = ""
    self_test_at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "09:00"
    low_balance: Annotated[int, Field(ge=0, le=1_000_000)] = 0

    @property
    def self_test_time(self) -> time:
        """The moment of the helpline's day from which it rings itself."""
        return time.fromisoformat(self.self_test_at)


class Service(Strict):
    """What helpline.toml says beyond the words and the menus."""

    ring: RingTable = RingTable()
    callback: CallBackTable = CallBackTable()
    missed_call: MissedCallTable = MissedCallTable()
    nuisance: NuisanceTable = NuisanceTable()
    staff: StaffTable = StaffTable()
    notify: NotifyTable = NotifyTable()
    retention: RetentionTable = RetentionTable()
    watch: WatchTable = WatchTable()
