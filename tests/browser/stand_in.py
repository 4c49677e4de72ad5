"""A stand-in for the exchange: speaks the line protocol, does only what a test tells it to."""

import asyncio
import threading
import time
from collections import defaultdict
from collections.abc import Coroutine
from selectors import DefaultSelector
from types import TracebackType
from typing import Any, Self

from aiohttp import WSMsgType, web

TOKEN = "only-for-tests"

Message = dict[str, Any]
LOOK_AGAIN = 0.02  # seconds
A_FEW_ROUNDS = 0.1  # seconds in which a loop closes the sockets that it no longer watches


class StandInExchange:
    """Listens on a loopback port in a thread of its own; keeps what each phone said, by its number."""

    def __init__(self) -> None:
        self.port = 0
        self.said: dict[str, list[Message]] = defaultdict(list)
        self.refuses: set[str] = set()
        self._sockets: dict[str, web.WebSocketResponse] = {}
        self._news = threading.Condition()
        self._connections = DefaultSelector()
        self._loop = asyncio.SelectorEventLoop(self._connections)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runner: web.AppRunner | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._settle()
        self._do(asyncio.sleep(A_FEW_ROUNDS))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._do(self._serve())

    def stop(self) -> None:
        self._do(self._close())

    def tell(self, number: str, *messages: Message) -> None:
        for message in messages:
            self._do(self._sockets[number].send_json({"at": 0.0, **message}))

    def wait_for(self, number: str, message: Message, seconds: float = 5) -> Message:
        """The first thing that phone said which contains `message`; an AssertionError with all it said."""
        deadline = time.monotonic() + seconds
        with self._news:
            while not (found := self._find(number, message)):
                left = deadline - time.monotonic()
                assert left > 0, f"{number} never said {message}, but {self.said[number]}"
                self._news.wait(left)
        return found

    def forget(self) -> None:
        with self._news:
            self.said.clear()

    def _find(self, number: str, message: Message) -> Message | None:
        return next((each for each in self.said[number] if message.items() <= each.items()), None)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(5)

    async def _serve(self) -> None:
        app = web.Application()
        app.router.add_get("/phones", self._phone)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _close(self) -> None:
        for socket in list(self._sockets.values()):
            await socket.close()
        if self._runner:
            await self._runner.cleanup()
        self._runner = None

    def _settle(self) -> None:
        """Return once nothing is open but the loop's own way of being woken."""
        deadline = time.monotonic() + 5
        while len(self._connections.get_map()) > 1 and time.monotonic() < deadline:
            time.sleep(LOOK_AGAIN)

    async def _phone(self, request: web.Request) -> web.WebSocketResponse:
        if request.query.get("token") != TOKEN:
            raise web.HTTPForbidden
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        number = ""
        async for received in socket:
            if received.type is not WSMsgType.TEXT:
                continue
            message = received.json()
            number = await self._register(socket, message) if message["do"] == "register" else number
            self._keep(number, message)
        self._keep(number, {"do": "(gone)"})
        return socket

    async def _register(self, socket: web.WebSocketResponse, message: Message) -> str:
        number = str(message["number"])
        if number in self.refuses:
            await socket.send_json({"is": "refused", "message": f"{number} is in use"})
            return number
        self._sockets[number] = socket
        await socket.send_json({"is": "registered", "number": number, "at": 0.0})
        return number

    def _keep(self, number: str, message: Message) -> None:
        with self._news:
            self.said[number].append(message)
            self._news.notify_all()
