"""Whether words fit what the helpline says with them: letters that can be spoken, placeholders, length."""

import re

from ivr.content.uses import Use

KNOWN = ("key", "emergency_number", "helpline_name")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
MOST_LETTERS = 2000
LETTERS_A_SECOND = 16  # the fastest of what the engines have spoken; who reads aloud is slower
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")


def as_spoken(text: str) -> str:
    """The text with every run of spaces and line ends as one space."""
    spoken = " ".join(text.split())
    return text if text == spoken else spoken  # one string for both, as nearly all have no run to shorten


def unspeakable(text: str) -> str | None:
    """Why nobody can say the text, if nobody can."""
    if not any(map(str.isalnum, text)):
        return "has no words; write what is to be said"
    if not text.isprintable() and (found := _UNSPEAKABLE.search(text)):
        return f"has a control character ({found[0]!a}) in it; write that part again"
    return None


def misplaced(use: Use, text: str) -> list[str]:
    """What is wrong with the placeholders of words for this use."""
    if not (use.key or "{" in text or "}" in text):
        return []
    names, rest = PLACEHOLDER.findall(text), PLACEHOLDER.sub("", text)
    messages = [
        f"has an unknown placeholder {{{name}}}; known: {', '.join(f'{{{each}}}' for each in KNOWN)}"
        for name in names
        if name not in KNOWN
    ]
    if "{" in rest or "}" in rest:
        messages.append("has a brace { or } without its partner; write placeholders as {key}")
    if use.key and "key" not in names:
        messages.append(f"must say its key: write {{key}} where key {use.key} is named")
    if not use.key and "key" in names:
        messages.append("has no key of its own; write the words instead of {key}")
    return messages


def too_long(use: Use, resolved: str) -> str | None:
    """Why nobody can say the words in the seconds that their use leaves, if nobody can; a rough bound."""
    most = int(use.seconds * LETTERS_A_SECOND)
    if len(resolved) <= most:
        return None
    return f"has {len(resolved)} letters, too many for {use.seconds:g} s; write at most {most}"


def misfits(use: Use, text: str) -> tuple[str, ...]:
    """Why the words cannot stand for this use; nothing if they can."""
    if use.wordless:
        return ("is a sound without words; record another sound instead",)
    if reason := unspeakable(text):
        return (reason,)
    if len(text) > MOST_LETTERS:
        return (f"has {len(text)} letters; write at most {MOST_LETTERS}",)
    return tuple(misplaced(use, text))
