"""`ivr audio`: what callers hear, built, listed, printed for readers, imported from them."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from ivr.cli.audio_build import run_build
from ivr.cli.context import fail, settings
from ivr.content import Content, ContentError
from ivr.settings import Settings


@click.group()
def audio() -> None:
    """What callers hear: build it, see how far it is, print the script, import recordings."""


@audio.command()
@click.option(
    "--language", "languages", multiple=True, metavar="CODE", help="Only this language; repeatable."
)
@click.option(
    "--voice",
    type=click.Choice(["gtts", "espeak"]),
    help="This voice, also for what another has spoken; without it either will do, gtts if it answers.",
)
@click.option("--force", is_flag=True, help="Also what is there already.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes at a time; as many as there are cores.")
@click.option("--prune", is_flag=True, help="Remove files that no prompt needs any more.")
def build(languages: tuple[str, ...], voice: str | None, force: bool, jobs: int | None, prune: bool) -> None:
    """Speak and master what is missing or has changed."""
    here = settings()
    content = content_of(here)
    codes = tuple(dict.fromkeys(languages)) or tuple(content.languages)
    check_languages(content, codes)
    run_build(content, here.audio_dir, codes, voice, force, jobs, prune)


@audio.command()
@click.option("--json", "as_json", is_flag=True, help="As a list of objects.")
def status(as_json: bool) -> None:
    """What each language has: live takes, built, stale and missing sound."""
    from ivr.cli.audio_status import print_table, read  # noqa: PLC0415 (slow to import, see build)

    here = settings()
    found = read(content_of(here), here)
    if as_json:
        print(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=1))
    else:
        print_table(found)


@audio.command()
@click.argument("language")
@click.option("--output", metavar="FILE", help="Default: script-LANGUAGE.html here; - for standard output.")
def script(language: str, output: str | None) -> None:
    """Write the reading script: a page to print, with every prompt in order."""
    from ivr.sound.script import script_page  # noqa: PLC0415 (as above)

    content = content_of(settings())
    check_languages(content, (language,))
    if not content.script(language):
        fail(f"{language}: no words are written yet; write them into {language}.toml")
    page = script_page(content, language)
    if output == "-":
        click.echo(page, nl=False)
        return
    path = Path(output or f"script-{language}.html")
    write_page(path, page)
    print(f"{path}: {len(content.script(language))} prompts to read")


@audio.command("import")
@click.argument("language")
@click.argument("source", type=click.Path(path_type=Path, exists=True))
def import_(language: str, source: Path) -> None:
    """Make recordings live: a folder or ZIP of files, or one file, named by prompt as overdose.signs.mp3."""
    from ivr.cli.audio_import import run_import  # noqa: PLC0415 (as above)

    here = settings()
    content = content_of(here)
    check_languages(content, (language,))
    run_import(content, here, language, source)


def content_of(chosen: Settings) -> Content:
    """The content with what staff have edited, or the end of the command with every problem in the files."""
    from ivr.cli.edited import edited_content  # noqa: PLC0415 (slow to import)

    try:
        return edited_content(chosen)
    except ContentError as error:
        fail(*(str(problem) for problem in error.problems))


def check_languages(content: Content, codes: Sequence[str]) -> None:
    """End the command if a language is not the helpline's."""
    unknown = [code for code in codes if code not in content.languages]
    if unknown:
        fail(
            f"{', '.join(unknown)}: no language of this helpline; it has {', '.join(content.languages)}",
            code=2,
        )


def write_page(path: Path, page: str) -> None:
    """Put the page in place whole, or end the command with the reason."""
    from ivr.sound.files import write_whole  # noqa: PLC0415 (as above)

    try:
        write_whole(path, page.encode())
    except OSError as error:
        fail(f"{path}: cannot be written: {error.strerror}; name another file with --output")
