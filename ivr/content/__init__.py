"""Reads and checks what the helpline says and how its menus hang together."""

from ivr.content.catalogue import Content, Language, Prompt
from ivr.content.load import load
from ivr.content.problems import ContentError, Problem

__all__ = ["Content", "ContentError", "Language", "Problem", "Prompt", "load"]
