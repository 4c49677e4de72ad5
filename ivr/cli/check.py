"""`ivr check`: the proof that the content is whole and that no caller can get stuck."""

import sys
from collections.abc import Sequence
from functools import partial
from typing import NoReturn

import click

from ivr.cli.context import settings
from ivr.cli.edited import edited_content
from ivr.cli.outbound import refused_numbers
from ivr.cli.sounds import live_sounds
from ivr.content import Content, ContentError, Problem
from ivr.content.check import check as check_content
from ivr.content.draw import draw as drawing
from ivr.content.line_texts import read_line_texts
from ivr.content.notices import read_notices
from ivr.settings import Settings
from ivr.sound.live import LiveSounds


@click.command()
@click.option("--draw", is_flag=True, help="Print the menus as a Mermaid flowchart instead.")
def check(draw: bool) -> None:
    """Name every problem of content and flow; exit 1 if there is one that is not only a warning."""
    chosen = settings()
    content = _content(chosen)
    if draw:
        print(drawing(content.helpline), end="")
        return
    sounds = live_sounds(chosen, content)
    told = read_notices(chosen.prompts_dir, content).problems
    texted = read_line_texts(chosen.prompts_dir, content).problems
    refused = refused_numbers(chosen, content)
    whole = check_content(content, partial(_seconds, sounds))
    _report([*whole, *_unheard(content, sounds), *told, *texted, *refused])


def _report(found: Sequence[Problem]) -> NoReturn:
    for each in found:
        print(f"{'warning' if each.warning else 'problem'}: {each}")
    problems = sum(not each.warning for each in found)
    print(f"{_count(problems, 'problem')}, {_count(len(found) - problems, 'warning')}")
    sys.exit(1 if problems else 0)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _content(chosen: Settings) -> Content:
    try:
        return edited_content(chosen)
    except ContentError as error:
        _report(error.problems)


def _seconds(sounds: LiveSounds, prompt: str, code: str) -> float | None:
    sound = sounds.own.get(code, {}).get(prompt)
    return sound.seconds if sound else None


def _unheard(content: Content, sounds: LiveSounds) -> list[Problem]:
    """Languages that callers are not offered, or that a fallback must help out."""
    found = []
    for code, language in content.languages.items():
        missing = len(sounds.missing(code))
        if not missing:
            continue
        if language.engines:
            message = f"{_count(missing, 'prompt')} without sound; run: ivr audio build"
        else:
            message = f"not offered: {_count(missing, 'prompt')} to record; print: ivr audio script {code}"
        found.append(Problem(f"{code}.toml", 0, "", message, warning=True))
    return found
