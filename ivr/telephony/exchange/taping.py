"""A recording being made: its beginning, its end or its absence is told, and its media follows."""

import asyncio
import logging
from collections.abc import Mapping
from email.utils import format_datetime
from typing import TYPE_CHECKING

from ivr.telephony.exchange.leg import Call, Go, Take, Watch
from ivr.telephony.exchange.numbers import API_VERSION, new_sid
from ivr.telephony.exchange.recordings import Recording, fit_voice

if TYPE_CHECKING:
    from ivr.telephony.exchange.switch import Switch

LOG = logging.getLogger(__name__)


class Tape:
    """What one Record records; `watch` is told each step it has asked for."""

    def __init__(self, switch: "Switch", call: Call, watch: Watch | None) -> None:
        self._switch = switch
        self._call = call
        self._watch = watch
        self._sid = new_sid("RE")
        self._began = format_datetime(switch.world.wall())
        self._tell("in-progress", {})

    def keep(self, take: Take) -> Mapping[str, str]:
        """The recording's parameters, none when nothing was said; it can be fetched a little later."""
        if take.seconds <= 0:
            self._tell("absent", {})
            return {}
        switch = self._switch
        made = switch.recordings.add(self._sid, self._call.sid, take.seconds, switch.world.clock.now())
        said = {**self._named(), "RecordingDuration": str(made.seconds)}
        switch.errand(self._develop(made, take, said))
        return said

    def _named(self) -> dict[str, str]:
        world = self._switch.world
        place = f"{API_VERSION}/Accounts/{world.account.sid}/Recordings/{self._sid}"
        return {"RecordingSid": self._sid, "RecordingUrl": f"{world.api_url}/{place}"}

    def _tell(self, status: str, said: Mapping[str, str]) -> None:
        if self._watch is None or status not in self._watch.events:
            return
        about = {
            **self._named(),
            "RecordingStatus": status,
            "RecordingChannels": "1",
            "RecordingSource": "RecordVerb",
            "RecordingStartTime": self._began,
        }
        self._switch.notify(self._call, Go(self._watch.url, self._watch.method, {**about, **said}))

    async def _develop(self, made: Recording, take: Take, said: Mapping[str, str]) -> None:
        world = self._switch.world
        with world.clock.working():
            wav = await asyncio.to_thread(self._wav, take)
        await world.clock.sleep(world.recording_delay)
        made.wav, made.status = wav, "completed" if wav else "absent"
        self._tell(made.status, said)
        if wav:
            await self._await_fetch(made)

    async def _await_fetch(self, made: Recording) -> None:
        world = self._switch.world
        try:
            with world.clock.working():
                await asyncio.wait_for(made.fetched.wait(), world.patience)
                await asyncio.sleep(world.digestion)
        except TimeoutError:
            LOG.info("nobody has fetched recording %s yet", made.sid)

    def _wav(self, take: Take) -> bytes:
        world = self._switch.world
        try:
            return world.to_wav(take.media) if take.media else fit_voice(world.voice(), take.seconds)
        except Exception:  # what is handed in fails in its own ways, and a broken recording ends no call
            LOG.exception("a recording cannot be turned into sound; it counts as absent")
            return b""
