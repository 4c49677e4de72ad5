"""The prompts as the rest of the helpline sees them: resolved words per language, and how each is spoken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from ivr.content.edits import ANNOUNCEMENT, Announcement
from ivr.content.problems import Problem
from ivr.content.service import Service
from ivr.content.uses import Use
from ivr.flow.helpline import Helpline


@dataclass(frozen=True, slots=True)
class Language:
    """A language as shipped: how it is synthesised (no engine: recordings only), and its stand-in.

    `withdrawn`: staff do not want it offered to callers now.
    """

    code: str
    name: str
    fallback: str | None = None
    engines: tuple[str, ...] = ()
    gtts_code: str = ""
    accent: str = ""
    espeak_voice: str = ""
    words_per_minute: int = 150
    reviewed_by: str = ""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing the helpline can say in one language, its placeholders resolved.

    `values` are the placeholder values in it (a key, the emergency number) that no caller may hear outdated.
    `number` is its place in the reading script, from 1, the same in every language.
    `seconds` is the longest it may be; `needed` says that a caller cannot do without it.
    `wordless`: a sound instead of words; its text is empty, and nothing is ever said in its place.
    `written`: the words with their placeholders, to be edited. `filed`: the same as the language's file has
    them ("" where it has none), if staff have ever edited them; None if they have not.
    """

    id: str
    language: str
    text: str
    note: str
    seconds: float
    number: int
    values: tuple[tuple[str, str], ...] = ()
    needed: bool = True
    wordless: bool = False
    written: str = ""
    filed: str | None = None

    @property
    def edited(self) -> bool:
        """Whether its words are now others than those of the language's file."""
        return self.filed is not None and self.filed != self.written and not self.dated

    @property
    def in_file(self) -> bool:
        """Whether the language's file has words for it, edited or not."""
        return self.filed != "" and not self.wordless

    @property
    def dated(self) -> bool:
        """Whether it is an announcement: said for a while, and no part of the reading script."""
        return self.id.startswith(ANNOUNCEMENT)

    @property
    def sayable(self) -> bool:
        """Whether an engine can make its sound; what is only recorded has no words to be spoken."""
        return self.wordless or bool(self.text)

    @property
    def words(self) -> str:
        """The hash of the resolved words: another hash, another prompt to speak or record."""
        return sha256(f"{self.language}\0{self.text}".encode()).hexdigest()

    @property
    def values_hash(self) -> str:
        """The hash of the placeholder values: a take made for another one is never played."""
        return sha256(repr(self.values).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Content:
    """Everything `prompts/` says: the menu tree, the languages in menu order, the words.

    `remarks` are problems that a caller does not notice, because a fallback speaks or nothing does.
    `service` is what helpline.toml says about reaching people. `uses`: language → prompt → what its words
    must keep to, for every prompt that the helpline says, written or not, in the order of the reading script.
    """

    helpline: Helpline
    languages: Mapping[str, Language]
    prompts: Mapping[str, Mapping[str, Prompt]]
    remarks: tuple[Problem, ...] = ()
    service: Service = field(default_factory=Service)
    uses: Mapping[str, Mapping[str, Use]] = field(default_factory=dict)
    announcements: tuple[Announcement, ...] = ()

    def prompt(self, language: str, prompt: str) -> Prompt | None:
        """The prompt in that language, if its words are written."""
        return self.prompts.get(language, {}).get(prompt)

    def script(self, language: str) -> tuple[Prompt, ...]:
        """What is to be read aloud in that language, in the order of the reading script."""
        written = (each for each in self.prompts.get(language, {}).values() if not each.dated)
        return tuple(sorted(written, key=lambda each: each.number))

    def chain(self, language: str) -> tuple[str, ...]:
        """The language and those that stand in for it, in order."""
        found: list[str] = []
        code: str | None = language
        while code and code in self.languages and code not in found:
            found.append(code)
            code = self.languages[code].fallback
        return tuple(found)
