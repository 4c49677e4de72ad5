"""What keeps numbers and secrets out of sight."""

import re

_NUMBER = re.compile(r"\+?\d[\d\s().-]{5,}\d")


def without_numbers(text: str) -> str:
    """`text` with everything that could be a telephone number replaced; for logs and error pages."""
    return _NUMBER.sub("[number]", text)
