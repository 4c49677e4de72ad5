"""One caller in a queue, as each wait document tells of it to those who ring phones."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """A caller who waits for a person: `call` and `entry` (1 for the first time) are one wait.

    `queue` is the network's name of the queue, `queue_sid` its id if it was told; `caller` is the number as
    the network wrote it; `waited` are seconds, earlier entries included; `tick` counts wait documents.
    `listening`: in the middle of a segment, not to be cut short by bad news. `state` is the encoded call.
    """

    call: str
    entry: int
    queue: str
    queue_sid: str
    language: str
    topic: str
    overdose: bool
    caller: str
    waited: int
    tick: int
    listening: bool
    state: str
