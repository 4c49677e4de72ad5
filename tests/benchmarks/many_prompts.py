"""A helpline with very many prompts in very many languages, as a folder of content and one of sounds."""

import re
from pathlib import Path

from ivr.content import Content, load
from ivr.sound.manifest import Entry, write_manifest

SHIPPED = Path(__file__).resolve().parents[2] / "prompts"
LANGUAGES = ("en", "af", "zu", "sw", "xh", "st", "tn", "so", "sn", "ny", "yo", "ig")
A_SEGMENT = 50
WORDS = "This is number {n} of many: turn them on their side, stay with them, and ring for help."
NEW = '\n[[languages]]\ncode = "{code}"\nfallback = "en"\nengines = []\n'


def write_prompts(folder: Path, prompts: int, languages: tuple[str, ...] = LANGUAGES) -> None:
    """The shipped words and menus, with more segments until there are so many prompts, in each language."""
    folder.mkdir(parents=True)
    written = (SHIPPED / "helpline.toml").read_text()
    kept = set(re.findall(r'^code = "(\w+)"', written, re.MULTILINE))
    missing = prompts - len(load(SHIPPED).prompts["en"])
    segments = "".join(_segment(first, missing) for first in range(0, missing, A_SEGMENT))
    # Languages have to stand before the tables that follow them, segments may stand at the end.
    first, mark, rest = written.partition("# Menus: most needed first")
    added = "".join(NEW.format(code=code) for code in languages if code not in kept)
    (folder / "helpline.toml").write_text(first + added + mark + rest + segments)
    words = "".join(
        f'\n["many.p{n}"]\ntext = "{WORDS.format(n=n)}"\nnote = "Calmly."\n' for n in range(missing)
    )
    for code in languages:
        source = SHIPPED / (f"{code}.toml" if code in kept else "zu.toml")
        (folder / f"{code}.toml").write_text(source.read_text() + words)


def write_sounds(audio_dir: Path, content: Content, languages: tuple[str, ...]) -> None:
    """A list that says each prompt of these languages is spoken; there are no files behind it."""
    for code in languages:
        entries = {
            name: Entry(prompt.words, prompt.words, "espeak", 1.0, -20.0, -3.0)
            for name, prompt in content.prompts[code].items()
        }
        write_manifest(audio_dir, code, entries)


def _segment(first: int, missing: int) -> str:
    names = ", ".join(f'"many.p{n}"' for n in range(first, min(first + A_SEGMENT, missing)))
    return f'\n[[segments]]\nid = "many.s{first}"\nprompts = [{names}]\n'
