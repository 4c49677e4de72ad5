"""Recordings that came together: each becomes a draft, or is refused in words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ivr.content.catalogue import Prompt
from ivr.sound.archive import ArchiveError, Recording, recordings
from ivr.sound.takes import Draft, NotKeptError, TakeLostError, UnknownTakeError
from ivr.sound.trouble import SoundError

AT_ONCE = 2  # child processes beside the calls that this machine answers
LIVE, DRAFT, REFUSED = "live", "draft", "refused"
LATE = "there was no time left for it; send it again, with the others that were not looked at"
DraftOf = Callable[[Prompt, bytes, str], Draft]


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one file; `prompt` is "" if none has its name, `text` what the checks say."""

    file: str
    verdict: str
    text: str = ""
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """How a batch is taken in: its prompts by name, what makes a draft, what accepts one, and until when."""

    prompts: Mapping[str, Prompt]
    draft: DraftOf
    accept: Callable[[int], None] | None
    late: Callable[[], bool]

    def lines(self, sources: Sequence[Path]) -> Iterator[Line]:
        """Take in the files of folders, ZIPs and single files; a line for each, as it is done."""
        with ExitStack() as opened:
            found: list[Recording] = []
            for source in sources:
                try:
                    found += opened.enter_context(recordings(source))
                except ArchiveError as error:
                    yield Line(source.name, REFUSED, str(error).removeprefix(f"{source}: "))
            yield from self._each(found)

    def _each(self, found: Sequence[Recording]) -> Iterator[Line]:
        wanted: dict[str, Recording] = {}
        for each in found:
            if problem := each.problem or self._name_problem(each, wanted):
                yield Line(each.name, REFUSED, problem)
            else:
                wanted[each.prompt] = each
        with ThreadPoolExecutor(AT_ONCE) as pool:
            names = list(wanted)
            for first in range(0, len(names), AT_ONCE):
                # A ZIP has one reader, and memory is to hold few files at a time.
                work = [self._read(wanted[name]) for name in names[first : first + AT_ONCE]]
                yield from pool.map(lambda do: do(), work)

    def _name_problem(self, each: Recording, wanted: Mapping[str, Recording]) -> str:
        if each.prompt not in self.prompts:
            return "no prompt has this name; the reading script prints the names"
        if each.prompt in wanted:
            return f"{wanted[each.prompt].name} is the same prompt; send one of them"
        return ""

    def _read(self, each: Recording) -> Callable[[], Line]:
        if self.late():
            return partial(Line, each.name, REFUSED, LATE, each.prompt)
        try:
            return partial(self._take_in, each, each.read())
        except (ArchiveError, OSError) as error:
            return partial(Line, each.name, REFUSED, str(error), each.prompt)

    def _take_in(self, each: Recording, data: bytes) -> Line:
        prompt = self.prompts[each.prompt]
        try:
            made = self.draft(prompt, data, each.name)
        except SoundError as error:
            return Line(each.name, REFUSED, str(error), prompt.id)
        except NotKeptError:
            return Line(each.name, REFUSED, "it cannot be kept just now; send it again later", prompt.id)
        return self._accepted(each, prompt, made)

    def _accepted(self, each: Recording, prompt: Prompt, made: Draft) -> Line:
        told = "; ".join(finding.text for finding in made.report.findings)
        if made.take is None:
            return Line(each.name, REFUSED, told, prompt.id)
        # What somebody ought to listen to first stays a draft.
        if self.accept is None or told:
            return Line(each.name, DRAFT, told, prompt.id)
        try:
            self.accept(made.take.id)
        except NotKeptError:
            return Line(each.name, DRAFT, "it cannot be made live just now; keep it on its page", prompt.id)
        except (UnknownTakeError, TakeLostError):
            return Line(each.name, REFUSED, "somebody has removed it meanwhile; send it again", prompt.id)
        return Line(each.name, LIVE, "", prompt.id)
