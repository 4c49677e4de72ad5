"""REST: Recordings: metadata, media as WAV or MP3, delete."""

import asyncio
import io

import av
from aiohttp import web

from ivr.telephony.exchange.recordings import Recording
from ivr.telephony.exchange.rest import BASE, Api, guarded, listed, missing


def routes(api: Api) -> list[web.RouteDef]:
    """The routes of this resource; media is not found until a little after it was recorded."""

    async def index(request: web.Request) -> web.Response:
        wanted = request.query.get("CallSid", "")
        every = [each for each in api.switch.recordings.every() if wanted in {"", each.call}]
        return listed("recordings", [_shown(api, each) for each in every], f"{api.base}/Recordings.json")

    async def fetch(request: web.Request) -> web.Response:
        return web.json_response(_shown(api, _find(api, request)))

    async def wav(request: web.Request) -> web.Response:
        return web.Response(body=_media(api, request), content_type="audio/x-wav")

    async def mp3(request: web.Request) -> web.Response:
        body = await asyncio.to_thread(to_mp3, _media(api, request))
        return web.Response(body=body, content_type="audio/mpeg")

    async def delete(request: web.Request) -> web.Response:
        if not api.switch.recordings.delete(request.match_info["sid"]):
            raise missing(request.path)
        return web.Response(status=204)

    one = BASE + "/Recordings/{sid:RE[0-9a-f]+}"
    return [
        web.get(BASE + "/Recordings.json", guarded(api, index)),
        web.get(one + ".json", guarded(api, fetch)),
        web.get(one + ".mp3", guarded(api, mp3)),
        web.get(one + ".wav", guarded(api, wav)),
        web.get(one, guarded(api, wav)),
        web.delete(one + ".json", guarded(api, delete)),
        web.delete(one, guarded(api, delete)),
    ]


def _find(api: Api, request: web.Request) -> Recording:
    found = api.switch.recordings.get(request.match_info["sid"])
    if found is None:
        raise missing(request.path)
    return found


def _media(api: Api, request: web.Request) -> bytes:
    found = _find(api, request)
    if not found.wav:
        raise missing(request.path)
    found.fetched.set()
    return found.wav


def _shown(api: Api, recording: Recording) -> dict[str, object]:
    return {
        "sid": recording.sid,
        "account_sid": api.switch.world.account.sid,
        "call_sid": recording.call,
        "duration": str(recording.seconds),
        "status": recording.status,
        "channels": 1,
        "source": "RecordVerb",
        "date_created": api.when(recording.made),
        "uri": f"{api.base}/Recordings/{recording.sid}.json",
    }


def to_mp3(wav: bytes) -> bytes:
    """The same sound as MP3."""
    target = io.BytesIO()
    with av.open(io.BytesIO(wav), mode="r") as source, av.open(target, mode="w", format="mp3") as made:
        stream = made.add_stream("libmp3lame", rate=source.streams.audio[0].rate)
        for frame in source.decode(audio=0):
            made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    return target.getvalue()
