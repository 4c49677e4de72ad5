"""`ivr words`: what staff have edited over prompts/, and its way into the files and out of them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

import click

from ivr import clock
from ivr.cli.audio import check_languages, content_of
from ivr.cli.context import fail, settings
from ivr.cli.stored import changing, print_json, print_rows, storage
from ivr.cli.words_filed import file_hash, user
from ivr.cli.words_files import export, import_
from ivr.content import Content, problems_of
from ivr.storage.engine import reading
from ivr.storage.wordings import Wording, edit_words, newest_wordings

HEARD, LEFT_OUT, SAME, OVERTAKEN = "edited", "left out", "as the file", "file changed since"


@click.group()
def words() -> None:
    """Words that staff have edited: list them, put them into the files, take them in, go back."""


words.add_command(export)
words.add_command(import_)


@dataclass(frozen=True, slots=True)
class Row:
    """One edit that counts, and how it stands to the file."""

    language: str
    prompt: str
    state: str
    by: str
    at: datetime
    text: str
    remark: str


@words.command("list")
@click.option("--language", metavar="CODE", help="Only this language.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
def list_(language: str | None, as_json: bool) -> None:
    """List the words that count instead of those of the files."""
    chosen = settings()
    content = content_of(chosen)
    with reading(storage(chosen)) as connection:
        found = newest_wordings(connection)
    rows = [row for row in _rows(content, found) if language in {None, row.language}]
    if as_json:
        print_json(asdict(row) for row in rows)
        return
    columns = ("language", "prompt", "state", "by", "at", "text")
    print_rows(columns, [asdict(row) for row in rows], "Staff have edited no words.", chosen)
    for row in rows:
        if row.remark:
            click.echo(f"{row.language} {row.prompt}: {row.remark}", err=True)


@words.command()
@click.argument("language")
@click.argument("prompts", nargs=-1, required=True)
def back(language: str, prompts: tuple[str, ...]) -> None:
    """Let the words of the file count again for these PROMPTS; "all" for every one that was edited."""
    chosen = settings()
    content = content_of(chosen)
    check_languages(content, (language,))
    with changing(chosen) as connection:
        found = {
            each.prompt for each in newest_wordings(connection) if each.language == language and each.text
        }
        wanted = sorted(found) if prompts == ("all",) else list(prompts)
        if unknown := [each for each in wanted if each not in found]:
            fail(f"{', '.join(unknown)}: staff have not edited it in {language}; see: ivr words list")
        for each in wanted:
            hashed = file_hash(content, language, each)
            edit_words(connection, language, each, None, user(), clock.now(), replaced=hashed, way="command")
    print(f"{language}: the words of the file count again for {len(wanted)} prompts")


def _rows(content: Content, found: tuple[Wording, ...]) -> Iterator[Row]:
    for each in found:
        if each.text is not None:
            state, remark = _state(content, each, each.text)
            yield Row(each.language, each.prompt, state, each.made_by, each.made_at, each.text, remark)


def _state(content: Content, each: Wording, text: str) -> tuple[str, str]:
    prompt = content.prompt(each.language, each.prompt)
    if prompt is None or prompt.written != text:
        problems = problems_of(content, each.language, each.prompt, text)
        return LEFT_OUT, "; ".join(problems)
    if not prompt.edited:
        return SAME, "the file says the same; to let the file count: ivr words back"
    if each.replaced and each.replaced != file_hash(content, each.language, each.prompt):
        return OVERTAKEN, f"the file has other words now: {prompt.filed}"
    return HEARD, ""
