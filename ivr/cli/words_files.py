"""`ivr words export` and `import`: edited words into the files of prompts/, and from such a file."""

from pathlib import Path

import click

from ivr import clock
from ivr.cli.audio import check_languages, content_of
from ivr.cli.context import fail, settings
from ivr.cli.stored import changing
from ivr.cli.words_filed import file_hash, user
from ivr.content import Content, problems_of
from ivr.content.fitting import as_spoken
from ivr.content.rewriting import RewritingError, with_words
from ivr.content.source import read_source
from ivr.settings import Settings
from ivr.sound.files import write_whole
from ivr.storage.wordings import edit_words

TABLES = ("language", "keys")


@click.command()
@click.option("--language", "languages", multiple=True, metavar="CODE", help="Only this one; repeatable.")
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write to; PROMPTS_DIR unless given.",
)
def export(languages: tuple[str, ...], to: Path | None) -> None:
    """Put edited words into the language files, whose comments and layout stay.

    Afterwards the edits say what the files say. Once every machine has these files, `ivr words back` lets the
    files count again.
    """
    chosen = settings()
    content = content_of(chosen)
    codes = languages or tuple(content.languages)
    check_languages(content, codes)
    written = {code: _new_file(chosen, content, code) for code in codes}
    for code, (file, count) in written.items():
        if count:
            _write((to or chosen.prompts_dir) / f"{code}.toml", file)
            print(f"{code}: {count} prompts written to {(to or chosen.prompts_dir) / f'{code}.toml'}")
    if not any(count for _, count in written.values()):
        print("Staff have edited no words that the files have not.")


def _new_file(chosen: Settings, content: Content, code: str) -> tuple[bytes, int]:
    """The language's file with its edits that fit, and how many there are."""
    words = {each.id: each.written for each in content.script(code) if each.edited}
    path = chosen.prompts_dir / f"{code}.toml"
    try:
        raw = path.read_bytes()
        mark = "\ufeff" if raw.startswith(b"\xef\xbb\xbf") else ""
        return (mark + with_words(raw.decode("utf-8-sig"), words)).encode(), len(words)
    except OSError as error:
        fail(f"{path}: {error.strerror}; nothing was written")
    except RewritingError as error:
        fail(f"{path}: {error}; nothing was written")


def _write(path: Path, file: bytes) -> None:
    try:
        write_whole(path, file)
    except OSError as error:
        fail(f"{path}: cannot be written: {error.strerror}; name another folder with --to")


@click.command("import")
@click.argument("language")
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_(language: str, source: Path) -> None:
    """Take words from a file laid out as those of prompts/, such as a translator's, as edits of LANGUAGE.

    What cannot be said is reported, and ends the command with 1; all the rest counts from now on.
    """
    chosen = settings()
    content = content_of(chosen)
    check_languages(content, (language,))
    new, refused = _sorted(content, language, _texts(source))
    at, by = clock.now(), user()
    with changing(chosen) as connection:
        for name, text in new.items():
            hashed = file_hash(content, language, name)
            edit_words(connection, language, name, text, by, at, replaced=hashed, way="command")
    changed = "1 prompt has" if len(new) == 1 else f"{len(new)} prompts have"
    print(f"{language}: {changed} other words now, {len(refused)} were refused")
    if refused:
        fail(*refused)


def _texts(source: Path) -> dict[str, str]:
    """Prompt → text, spaces made single."""
    read = read_source(source)
    if read.problems:
        fail(*map(str, read.problems))
    tables = {name: table for name, table in read.values.items() if name not in TABLES}
    strange = [name for name, table in tables.items() if not isinstance(table, dict) or "text" not in table]
    if strange:
        fail(
            f'{source}: {strange[0]}: has no text; write ["{strange[0]}"] and text = "…"; nothing was changed'
        )
    texts = {name: as_spoken(str(table["text"])) for name, table in tables.items()}
    return {name: text for name, text in texts.items() if text}  # not translated yet


def _sorted(content: Content, language: str, texts: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """What is new and can be said, and why the rest cannot."""
    refused, new = [], {}
    for name, text in texts.items():
        found = content.prompt(language, name)
        if found and found.written == text:
            continue
        if problems := problems_of(content, language, name, text):
            refused.append(f"{name}: {'; '.join(problems)}")
        else:
            new[name] = text
    return new, refused
