"""What a prompt that the flow itself says must keep to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fixed:
    """What a prompt of the flow must keep to: its seconds, its key, and whether callers hear it."""

    seconds: float
    key: str | None = None
    for_callers: bool = True
