"""What lasts as long as the process: no collection looks through it, while it is made or after."""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def lasting() -> Iterator[None]:
    """Make here what stays: a collection would go through all of it and find nothing, again and again.

    It took a fifth of the time to the first call with the shipped content, and a third with 5,000 prompts in
    twelve languages (measured). Rings of objects that are dropped inside are never freed.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
        _give_back()


def _give_back() -> None:
    """Give memory that was needed in between back to the system.

    The C library keeps it, as there is something that stays behind it: 9 MB with 5,000 prompts in twelve
    languages (measured). Only glibc can be asked; where there is another, it stays with the process.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)
