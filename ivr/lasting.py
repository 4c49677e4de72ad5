"""What lasts as long as the process: memory is not tidied while it is made, nor ever looks through it after."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def lasting() -> Iterator[None]:
    """Make here what stays: a collection would go through all of it and find nothing, again and again.

    It was a third of the time to the first call with the shipped content, and half with 5,000 prompts in
    twelve languages; afterwards callers waited for it. Rings of objects that are dropped inside are never freed.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
