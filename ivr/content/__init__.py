"""Reads and checks what the helpline says and how its menus hang together."""

from ivr.content.catalogue import Content, Language, Prompt
from ivr.content.edited import problems_of
from ivr.content.edits import NO_EDITS, Announcement, Edits
from ivr.content.load import load
from ivr.content.problems import ContentError, Problem

__all__ = [
    "NO_EDITS",
    "Announcement",
    "Content",
    "ContentError",
    "Edits",
    "Language",
    "Problem",
    "Prompt",
    "load",
    "problems_of",
]
