"""A person at the terminal: keys for the caller, and for a counsellor whose phone rings."""

import asyncio
import os
import sys
import termios
import tty
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

Message = Mapping[str, object]
Send = Callable[[Message], None]
KEYS = "0123456789*#"
HELP = "Keys 0-9 * # are pressed as you type them; h hangs up."
COUNSELLOR_HELP = "     a answers the counsellor's phone; then c and a key presses it there, c h hangs it up."


class Typist:
    """What is typed, as deeds of the two phones."""

    def __init__(self, caller: Send, counsellor: Send) -> None:
        self._caller = caller
        self._counsellor = counsellor
        self._other = False

    def type(self, character: str) -> None:
        """One character."""
        if character == "c":
            self._other = True
            return
        send = self._counsellor if self._other or character == "a" else self._caller
        self._other = False
        if character in KEYS:
            send({"do": "key", "key": character})
        elif character in {"a", "h"}:
            send({"do": "answer" if character == "a" else "hangup"})


@contextmanager
def typing(typist: Typist) -> Iterator[None]:
    """While inside, what is typed reaches the typist at once, without Enter."""
    stdin = sys.stdin.fileno()
    before = termios.tcgetattr(stdin)
    loop = asyncio.get_running_loop()
    tty.setcbreak(stdin)
    loop.add_reader(stdin, lambda: _read(stdin, typist))
    try:
        yield
    finally:
        loop.remove_reader(stdin)
        termios.tcsetattr(stdin, termios.TCSADRAIN, before)


def _read(stdin: int, typist: Typist) -> None:
    # All that has arrived, from the descriptor: sys.stdin would keep back what was typed quickly.
    typed = os.read(stdin, 1024).decode(errors="replace")
    for character in typed or "h":  # nothing: the terminal is gone, and so is the caller
        typist.type(character)
