"""What a prompt that the flow itself says must keep to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fixed:
    """What a prompt of the flow must keep to: its seconds, its key, and whether callers need it.

    `wordless`: a sound instead of words.
    """

    seconds: float
    key: str | None = None
    for_callers: bool = True
    wordless: bool = False
