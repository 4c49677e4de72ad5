"""REST: IncomingPhoneNumbers list and update; Messages create, list, redact, delete, all in memory."""

from collections.abc import Mapping

from aiohttp import web

from ivr.telephony.exchange.leg import Go, Watch
from ivr.telephony.exchange.numbers import Number, new_sid
from ivr.telephony.exchange.rest import BASE, Api, RestError, guarded, listed, missing, read_form
from ivr.telephony.exchange.rest_calls import read_go


def number_routes(api: Api) -> list[web.RouteDef]:
    """The account's numbers: the helpline's, which is always there."""
    numbers = api.switch.numbers

    async def index(request: web.Request) -> web.Response:
        wanted = request.query.get("PhoneNumber", "")
        found = [_shown(api, each) for each in numbers.values() if wanted in each.number]
        return listed("incoming_phone_numbers", found, f"{api.base}/IncomingPhoneNumbers.json")

    async def fetch(request: web.Request) -> web.Response:
        return web.json_response(_shown(api, _find(api, request)))

    async def update(request: web.Request) -> web.Response:
        number = _find(api, request)
        _update(number, await read_form(request))
        return web.json_response(_shown(api, number))

    one = BASE + "/IncomingPhoneNumbers/{sid}.json"
    return [
        web.get(BASE + "/IncomingPhoneNumbers.json", guarded(api, index)),
        web.get(one, guarded(api, fetch)),
        web.post(one, guarded(api, update)),
    ]


def _find(api: Api, request: web.Request) -> Number:
    sid = request.match_info["sid"]
    found = next((each for each in api.switch.numbers.values() if each.sid == sid), None)
    if found is None:
        raise missing(request.path)
    return found


def _update(number: Number, form: Mapping[str, str]) -> None:
    voice = read_go(form, "VoiceUrl", "VoiceMethod")
    number.voice = voice or Go(number.voice.url, form.get("VoiceMethod", number.voice.method))
    if "VoiceFallbackUrl" in form:
        number.fallback = read_go(form, "VoiceFallbackUrl", "VoiceFallbackMethod")
    if "StatusCallback" in form:
        go = read_go(form, "StatusCallback", "StatusCallbackMethod")
        number.status = Watch(go.url, go.method) if go else None


def _shown(api: Api, number: Number) -> dict[str, object]:
    fallback, status = number.fallback or Go(""), number.status or Watch("")
    return {
        "sid": number.sid,
        "account_sid": api.switch.world.account.sid,
        "phone_number": number.number,
        "friendly_name": number.number,
        "voice_url": number.voice.url,
        "voice_method": number.voice.method,
        "voice_fallback_url": fallback.url,
        "voice_fallback_method": fallback.method,
        "status_callback": status.url,
        "status_callback_method": status.method,
        "capabilities": {"voice": True, "SMS": True, "MMS": False},
        "uri": f"{api.base}/IncomingPhoneNumbers/{number.sid}.json",
    }


def message_routes(api: Api) -> list[web.RouteDef]:
    """Short messages; they are kept here and sent nowhere."""
    kept: dict[str, dict[str, object]] = {}

    async def create(request: web.Request) -> web.Response:
        message = _message(api, await read_form(request))
        kept[str(message["sid"])] = message
        return web.json_response(message, status=201)

    async def index(request: web.Request) -> web.Response:
        del request
        return listed("messages", list(reversed(kept.values())), f"{api.base}/Messages.json")

    async def update(request: web.Request) -> web.Response:
        message = _kept(kept, request)
        message["body"] = (await read_form(request)).get("Body", message["body"])
        return web.json_response(message)

    async def delete(request: web.Request) -> web.Response:
        del kept[str(_kept(kept, request)["sid"])]
        return web.Response(status=204)

    one = BASE + "/Messages/{sid}.json"
    return [
        web.post(BASE + "/Messages.json", guarded(api, create)),
        web.get(BASE + "/Messages.json", guarded(api, index)),
        web.post(one, guarded(api, update)),
        web.delete(one, guarded(api, delete)),
    ]


def _kept(kept: Mapping[str, dict[str, object]], request: web.Request) -> dict[str, object]:
    if request.match_info["sid"] not in kept:
        raise missing(request.path)
    return kept[request.match_info["sid"]]


def _message(api: Api, form: Mapping[str, str]) -> dict[str, object]:
    if not form.get("To"):
        raise RestError(400, 21604, "A 'To' phone number is required.")
    if not form.get("Body"):
        raise RestError(400, 21602, "Message body is required.")
    sid = new_sid("SM")
    return {
        "sid": sid,
        "account_sid": api.switch.world.account.sid,
        "from": form.get("From", ""),
        "to": form["To"],
        "body": form["Body"],
        "status": "delivered",
        "direction": "outbound-api",
        "num_segments": "1",
        "date_created": api.when(api.switch.world.clock.now()),
        "uri": f"{api.base}/Messages/{sid}.json",
    }
