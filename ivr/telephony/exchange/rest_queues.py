"""REST: Queues list, fetch, delete; their Members list, and one led out of the queue."""

from aiohttp import web

from ivr.telephony.exchange.queues import LARGEST, Member, Queue
from ivr.telephony.exchange.rest import BASE, Api, RestError, guarded, listed, missing, read_form
from ivr.telephony.exchange.rest_calls import read_then


def routes(api: Api) -> list[web.RouteDef]:
    """The routes of this resource."""

    async def index(request: web.Request) -> web.Response:
        del request
        queues = [_shown(api, each) for each in api.switch.queues.values()]
        return listed("queues", queues, f"{api.base}/Queues.json")

    async def fetch(request: web.Request) -> web.Response:
        return web.json_response(_shown(api, _find(api, request)))

    async def delete(request: web.Request) -> web.Response:
        queue = _find(api, request)
        if queue.members:
            raise RestError(400, 22002, f"Queue {queue.sid} is not empty")
        del api.switch.queues[queue.name]
        return web.Response(status=204)

    one = BASE + "/Queues/{sid}.json"
    return [
        web.get(BASE + "/Queues.json", guarded(api, index)),
        web.get(one, guarded(api, fetch)),
        web.delete(one, guarded(api, delete)),
        *_member_routes(api),
    ]


def _member_routes(api: Api) -> list[web.RouteDef]:
    async def members(request: web.Request) -> web.Response:
        queue = _find(api, request)
        shown = [_member(api, each) for each in queue.members]
        return listed("queue_members", shown, f"{api.base}/Queues/{queue.sid}/Members.json")

    async def member(request: web.Request) -> web.Response:
        return web.json_response(_member(api, _find_member(_find(api, request), request)))

    async def dequeue(request: web.Request) -> web.Response:
        found = _find_member(_find(api, request), request)
        then = read_then(await read_form(request))
        if then is None:
            raise RestError(400, 21205, "Url parameter is required")
        shown = _member(api, found)
        api.calls.lead(found.leg.call, then)
        return web.json_response(shown)

    every = BASE + "/Queues/{sid}/Members"
    return [
        web.get(every + ".json", guarded(api, members)),
        web.get(every + "/{call}.json", guarded(api, member)),
        web.post(every + "/{call}.json", guarded(api, dequeue)),
    ]


def _find(api: Api, request: web.Request) -> Queue:
    found = [each for each in api.switch.queues.values() if each.sid == request.match_info["sid"]]
    if not found:
        raise missing(request.path)
    return found[0]


def _find_member(queue: Queue, request: web.Request) -> Member:
    wanted = request.match_info["call"]
    found = [each for each in queue.members if wanted in {"Front", each.leg.call.sid}]
    if not found:
        raise missing(request.path)
    return found[0]


def _shown(api: Api, queue: Queue) -> dict[str, object]:
    return {
        "sid": queue.sid,
        "account_sid": api.switch.world.account.sid,
        "friendly_name": queue.name,
        "current_size": len(queue.members),
        "max_size": LARGEST,
        "average_wait_time": queue.average,
        "uri": f"{api.base}/Queues/{queue.sid}.json",
    }


def _member(api: Api, member: Member) -> dict[str, object]:
    call = member.leg.call
    return {
        "queue_sid": member.queue.sid,
        "call_sid": call.sid,
        "position": member.queue.members.index(member) + 1,
        "wait_time": member.seconds,
        "date_enqueued": api.when(call.created + member.joined),
        "uri": f"{api.base}/Queues/{member.queue.sid}/Members/{call.sid}.json",
    }
