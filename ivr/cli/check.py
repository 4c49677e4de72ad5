"""`ivr check`: the proof that the content is whole and that no caller can get stuck."""

import sys
from functools import partial

import click

from ivr.cli.context import fail, settings
from ivr.content import Content, ContentError, Problem, load
from ivr.content.check import check as check_content
from ivr.content.draw import draw as drawing
from ivr.settings import Settings
from ivr.sound.live import LiveSounds, read_live
from ivr.sound.manifest import ManifestError
from ivr.storage.engine import StorageError, open_storage, reading
from ivr.storage.takes import Take, live_takes


@click.command()
@click.option("--draw", is_flag=True, help="Print the menus as a Mermaid flowchart instead.")
def check(draw: bool) -> None:
    """Name every problem of content and flow; exit 1 if there is one that is not only a warning."""
    chosen = settings()
    content = _content(chosen)
    if draw:
        print(drawing(content.helpline), end="")
        return
    sounds = _sounds(chosen, content)
    found = [*check_content(content, partial(_seconds, sounds)), *_unheard(content, sounds)]
    for each in found:
        print(f"{'warning' if each.warning else 'problem'}: {each}")
    problems = sum(not each.warning for each in found)
    print(f"{problems} problems, {len(found) - problems} warnings")
    sys.exit(1 if problems else 0)


def _content(chosen: Settings) -> Content:
    try:
        return load(chosen.prompts_dir)
    except ContentError as error:
        fail(*(f"problem: {each}" for each in error.problems), f"{len(error.problems)} problems")


def _sounds(chosen: Settings, content: Content) -> LiveSounds:
    try:
        return read_live(content, chosen.audio_dir, _takes(chosen))
    except ManifestError as error:
        fail(f"problem: {error}")


def _takes(chosen: Settings) -> tuple[Take, ...]:
    try:
        with reading(open_storage(chosen)) as connection:
            return live_takes(connection)
    except StorageError as error:
        click.echo(f"warning: recordings are not looked at: {error}", err=True)
        return ()


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
            message = f"{missing} prompts have no sound; run: ivr audio build"
        else:
            message = f"not offered: {missing} prompts are not recorded yet; print: ivr audio script {code}"
        found.append(Problem(f"{code}.toml", 0, "", message, warning=True))
    return found
