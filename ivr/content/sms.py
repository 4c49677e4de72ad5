"""How long a text message is on the way: GSM 03.38 letters, and what they cost."""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€")
_KNOWN = _BASIC | _EXTENDED
MOST_PARTS = 2
_GSM, _UNICODE = (160, 153), (70, 67)  # letters in a message alone, and in each part of a longer one


def parts(text: str) -> int:
    """How many messages the network counts, and charges, for `text`."""
    alone, each = _UNICODE if expensive(text) else _GSM
    length = _length(text)
    return 1 if length <= alone else -(-length // each)


def expensive(text: str) -> tuple[str, ...]:
    """The letters that GSM lacks, each once: one of them more than halves what fits into a message."""
    return tuple(dict.fromkeys(letter for letter in text if letter not in _KNOWN))


def shortened(text: str, most: int = MOST_PARTS) -> str:
    """`text`, cut at its end until it fits into so many parts."""
    if parts(text) <= most:
        return text
    kept = text
    while kept and parts(f"{kept}...") > most:
        kept = kept[:-1]
    return f"{kept.rstrip()}..."


def _length(text: str) -> int:
    if expensive(text):
        return len(text.encode("utf-16-le")) // 2
    return sum(2 if letter in _EXTENDED else 1 for letter in text)
