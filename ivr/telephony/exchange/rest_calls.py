"""REST: Calls create, fetch, list, update."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from aiohttp import web

from ivr.telephony.exchange.driving import LONGEST, Order
from ivr.telephony.exchange.errors import TwimlError
from ivr.telephony.exchange.leg import Call, Go, Status, Watch
from ivr.telephony.exchange.numbers import dialled
from ivr.telephony.exchange.rest import BASE, Api, RestError, guarded, listed, missing, read_form
from ivr.telephony.exchange.twiml import Document, read

LONGEST_TWIML = 4000  # characters, error 32018


def routes(api: Api) -> list[web.RouteDef]:
    """The routes of this resource."""

    async def create(request: web.Request) -> web.Response:
        call = api.calls.order(_order(api, await _form(request)))
        return web.json_response(shown(api, call), status=201)

    async def index(request: web.Request) -> web.Response:
        wanted = {"status": "Status", "to": "To", "from": "From", "parent_call_sid": "ParentCallSid"}
        asked = {ours: request.query[theirs] for ours, theirs in wanted.items() if theirs in request.query}
        every = [shown(api, each) for each in reversed(api.switch.calls.values())]
        found = [each for each in every if all(each[name] == value for name, value in asked.items())]
        return listed("calls", found, f"{api.base}/Calls.json")

    async def fetch(request: web.Request) -> web.Response:
        return web.json_response(shown(api, _find(api, request)))

    async def update(request: web.Request) -> web.Response:
        call = _find(api, request)
        _update(api, call, await _form(request))
        return web.json_response(shown(api, call))

    return [
        web.post(BASE + "/Calls.json", guarded(api, create)),
        web.get(BASE + "/Calls.json", guarded(api, index)),
        web.get(BASE + "/Calls/{sid}.json", guarded(api, fetch)),
        web.post(BASE + "/Calls/{sid}.json", guarded(api, update)),
    ]


async def _form(request: web.Request) -> Mapping[str, str]:
    events = (await request.post()).getall("StatusCallbackEvent", [])
    return {**await read_form(request), "StatusCallbackEvent": " ".join(str(each) for each in events)}


def _find(api: Api, request: web.Request) -> Call:
    call = api.switch.calls.get(request.match_info["sid"])
    if call is None:
        raise missing(request.path)
    return call


def _order(api: Api, form: Mapping[str, str]) -> Order:
    caller, to = _numbers(api, form)
    then = read_then(form)
    if then is None:
        raise RestError(400, 21205, "Url parameter is required")
    return Order(
        caller=caller,
        to=to,
        start=then,
        ring_seconds=_number(form, "Timeout", 60, 600),
        time_limit=_number(form, "TimeLimit", LONGEST, 86400),
        watch=_watch(form),
        fallback=read_go(form, "FallbackUrl", "FallbackMethod"),
    )


def _numbers(api: Api, form: Mapping[str, str]) -> tuple[str, str]:
    caller, to = dialled(form.get("From", "")), dialled(form.get("To", ""))
    if not to:
        raise RestError(400, 21201, "No 'To' number is specified")
    if not re.fullmatch(r"\+?[0-9]{3,15}", to):
        raise RestError(400, 21211, f"The 'To' number {to} is not a valid phone number")
    if not caller:
        raise RestError(400, 21213, "'From' phone number is required")
    if caller not in api.switch.numbers:
        raise RestError(400, 21210, f"'From' {caller!r} is not a number of this account")
    return caller, to


def _watch(form: Mapping[str, str]) -> Watch | None:
    go = read_go(form, "StatusCallback", "StatusCallbackMethod")
    events = frozenset(form.get("StatusCallbackEvent", "").split() or ["completed"])
    return Watch(go.url, go.method, events) if go else None


def read_go(form: Mapping[str, str], url: str, method: str) -> Go | None:
    """The URL and method of these two fields."""
    if not form.get(url):
        return None
    if urlsplit(form[url]).scheme not in {"http", "https"}:
        raise RestError(400, 21205, f"{url} is not a valid URL: {form[url]}")
    return Go(form[url], form.get(method, "POST"))


def read_then(form: Mapping[str, str]) -> Go | Document | None:
    """What a call is to run: Url wins over Twiml."""
    go = read_go(form, "Url", "Method")
    if go or not form.get("Twiml"):
        return go
    if len(form["Twiml"]) > LONGEST_TWIML:
        raise RestError(400, 32018, f"Twiml parameter has more than {LONGEST_TWIML} characters")
    try:
        return read(form["Twiml"])
    except TwimlError as error:
        raise RestError(400, error.code, error.message) from error


def _number(form: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = form.get(name, str(default))
    if not text.isascii() or not text.isdigit() or int(text) > most:
        raise RestError(400, 20001, f"{name} must be a whole number up to {most}")
    return int(text)


def _update(api: Api, call: Call, form: Mapping[str, str]) -> None:
    if call.status.final:
        raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
    then = read_then(form)
    if then is not None:
        if not api.calls.lead(call, then):
            raise RestError(400, 21220, "Call runs no document of its own now. Cannot redirect.")
    elif form.get("Status") == "completed" or (form.get("Status") == "canceled" and call.answered is None):
        api.calls.end(call, Status(form["Status"]))
    elif form.get("Status") != "canceled":
        raise RestError(400, 20001, "Invalid Status; use Url, Twiml, or Status canceled or completed")


def shown(api: Api, call: Call) -> dict[str, object]:
    """A call as Twilio shows it."""
    return {
        "sid": call.sid,
        "account_sid": api.switch.world.account.sid,
        "parent_call_sid": call.parent or None,
        "from": call.caller,
        "to": call.to,
        "status": call.status.value,
        "direction": call.direction,
        "duration": str(call.seconds(call.ended)) if call.ended is not None else None,
        "date_created": api.when(call.created),
        "start_time": api.when(call.answered),
        "end_time": api.when(call.ended),
        "api_version": "2010-04-01",
        "uri": f"{api.base}/Calls/{call.sid}.json",
        "subresource_uris": {},
    }
