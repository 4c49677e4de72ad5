"""What every resource of the REST side shares: who may ask, lists, errors as Twilio words them."""

import base64
import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime

from aiohttp import web

from ivr.telephony.exchange.driving import Calls
from ivr.telephony.exchange.numbers import API_VERSION
from ivr.telephony.exchange.switch import Switch

BASE = f"/{API_VERSION}/Accounts/{{account}}"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class RestError(Exception):
    """A request that cannot be done, with Twilio's code for it."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Api:
    """The switch behind the REST side."""

    switch: Switch
    calls: Calls

    @property
    def base(self) -> str:
        """The path of the account."""
        return f"/{API_VERSION}/Accounts/{self.switch.world.account.sid}"

    def when(self, at: float | None) -> str | None:
        """A moment of the exchange's clock as Twilio writes it."""
        if at is None:
            return None
        world = self.switch.world
        return format_datetime(world.wall() - timedelta(seconds=world.clock.now() - at))


def missing(what: str) -> RestError:
    """There is no such thing."""
    return RestError(404, 20404, f"The requested resource {what} was not found")


def listed(name: str, items: Sequence[Mapping[str, object]], uri: str) -> web.Response:
    """A list as one page."""
    page = {
        "page": 0,
        "page_size": max(50, len(items)),
        "start": 0,
        "end": max(0, len(items) - 1),
        "uri": uri,
        "first_page_uri": uri,
        "next_page_uri": None,
        "previous_page_uri": None,
    }
    return web.json_response({name: list(items), **page})


async def read_form(request: web.Request) -> dict[str, str]:
    """The fields of the request."""
    return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


def guarded(api: Api, handler: Handler) -> Handler:
    """The handler behind Basic auth, its errors in Twilio's words; time does not jump while it works."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            _check(api, request)
            with api.switch.world.clock.working():
                return await handler(request)
        except RestError as error:
            return _refusal(error)

    return handle


@web.middleware
async def worded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What this side does not know is said in Twilio's words too, because its clients read nothing else."""
    try:
        return await handler(request)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as error:
        if not request.path.startswith(f"/{API_VERSION}/"):
            raise
        unknown = error.status == 404  # noqa: PLR2004 (HTTP's not found)
        return _refusal(missing(request.path) if unknown else RestError(405, 20004, "Method not allowed"))


def _check(api: Api, request: web.Request) -> None:
    account = api.switch.world.account
    wanted = "Basic " + base64.b64encode(f"{account.sid}:{account.token}".encode()).decode()
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(wanted.encode(), given.encode()):
        raise RestError(401, 20003, "Authenticate")
    if request.match_info["account"] != account.sid:
        raise missing(request.path)


def _refusal(error: RestError) -> web.Response:
    body = {
        "code": error.code,
        "message": error.message,
        "more_info": f"https://www.twilio.com/docs/errors/{error.code}",
        "status": error.status,
    }
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if body["status"] == 401 else {}  # noqa: PLR2004
    return web.json_response(body, status=error.status, headers=headers)
