"""The files of prompts/, read and checked: what they say before anything that staff changed is laid over."""

from collections.abc import Collection, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ivr.content.advice import advice
from ivr.content.catalogue import Language, Prompt
from ivr.content.edited import edited
from ivr.content.edits import Edits
from ivr.content.links import link_problems
from ivr.content.problems import ContentError, Problem
from ivr.content.schema import HelplineFile
from ivr.content.service import Service
from ivr.content.shipped import helpline_of, language_of
from ivr.content.source import Source, read_source
from ivr.content.uses import Use, uses
from ivr.content.wording import Wording, by_prompt, read_wording, resolve, with_names
from ivr.flow.helpline import Helpline

HELPLINE = "helpline.toml"


@dataclass(frozen=True, slots=True)
class Spoken:
    """The prompts of one language, and what is wrong with its words, or only worth a remark."""

    prompts: Mapping[str, Prompt]
    problems: tuple[Problem, ...]
    remarks: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Files:
    """What the files say; `wordings`, `uses` and `languages` by language, in menu order.

    `remarks` are about the files as such; those about words come with the words. `unedited` is what each
    language says as long as staff have changed nothing of it; once that is known, `wordings` are put away.
    """

    table: HelplineFile
    helpline: Helpline
    languages: Mapping[str, Language]
    wordings: Mapping[str, Wording]
    uses: Mapping[str, Mapping[str, Use]]
    numbers: Mapping[str, int]
    remarks: tuple[Problem, ...]
    unedited: Mapping[str, Spoken] = field(default_factory=dict)


def read_files(folder: Path, before: Files | None = None, changed: Collection[str] = ()) -> Files:
    """What stands in `folder`; ContentError names every problem: file, line, key, what to do.

    `before` is what stood there until the files named `changed` did; what is as it was is the same object.
    """
    source = read_source(folder / HELPLINE)
    table, problems = _helpline_file(source)
    if table is None:
        raise ContentError(tuple(sorted([*problems, *_problems_of_words(folder)])))
    problems.extend(link_problems(source, table))
    kept = _kept(table, before, changed) if before else {}
    files = _files(folder, source, table, kept, problems)
    problems.extend(_wordless_languages(files))
    return _resolved(files, before, () if HELPLINE in changed else kept, problems)


def read_service(folder: Path) -> Service:
    """What helpline.toml says about reaching people, no words read; ContentError if it has problems."""
    table, problems = _helpline_file(read_source(folder / HELPLINE))
    if table is None or problems:
        raise ContentError(tuple(problems))
    return table


def _kept(table: HelplineFile, before: Files, changed: Collection[str]) -> dict[str, Wording]:
    """The wordings that need not be read again; one that nothing stands in for may take names from others."""
    codes = [each.code for each in table.languages if each.fallback and f"{each.code}.toml" not in changed]
    return {
        code: before.wordings[code]
        for code in codes
        if code in before.languages and before.languages[code].fallback
    }


def _resolved(
    files: Files, before: Files | None, as_before: Collection[str], problems: list[Problem]
) -> Files:
    """The files with what each language says, and the wordings put away; ContentError for every problem."""
    unedited, wordings = {}, dict(files.wordings)
    for code, wording in files.wordings.items():
        old = before.unedited.get(code) if before else None
        if old and code in as_before:
            unedited[code] = old
            continue
        whole = (
            _taken_out(wording, old.prompts)
            if old and before and wording is before.wordings[code]
            else wording
        )
        unedited[code] = _alike(_spoken(files, whole), old)
        wordings[code] = _put_away(whole, unedited[code].prompts)
        problems.extend(unedited[code].problems)
    if problems:
        raise ContentError(tuple(sorted(problems)))
    return replace(files, wordings=wordings, unedited=unedited)


def _alike(new: Spoken, old: Spoken | None) -> Spoken:
    """The new, with every prompt that is as it was the same object; all of it, if nothing is new."""
    if old is None or new == old:
        return old or new
    prompts = {
        name: old.prompts[name] if old.prompts.get(name) == each else each
        for name, each in new.prompts.items()
    }
    return replace(new, prompts=old.prompts if prompts == old.prompts else prompts)


def spoken(files: Files, code: str, edits: Edits) -> Spoken:
    """What one language says with the edits over its file."""
    wording = _taken_out(files.wordings[code], files.unedited[code].prompts)
    return _spoken(files, *edited(wording, files.uses[code], edits))


def _spoken(files: Files, wording: Wording, unfit: Iterable[Problem] = ()) -> Spoken:
    code = wording.code
    prompts, wrong, unsaid = resolve(wording, files.uses[code], files.numbers, files.table)
    if files.languages[code].fallback:
        return Spoken(prompts, tuple(wrong), (*unfit, *unsaid.missing, *unsaid.unused))
    return Spoken(prompts, (*wrong, *unsaid.missing), (*unfit, *unsaid.unused))


def _put_away(wording: Wording, prompts: Mapping[str, Prompt]) -> Wording:
    """The wording less what its prompts know too: with many prompts, a third of what words weigh."""
    said = {name for name, each in prompts.items() if not each.wordless}
    rest = {name: words for name, words in wording.texts.items() if name not in said}
    return replace(wording, source=replace(wording.source, values={}), texts=rest)


def _taken_out(wording: Wording, prompts: Mapping[str, Prompt]) -> Wording:
    """The wording that was put away, whole again."""
    texts = {name: (each.written, each.note) for name, each in prompts.items() if not each.wordless}
    return replace(wording, texts={**wording.texts, **texts})


def _helpline_file(source: Source) -> tuple[HelplineFile | None, list[Problem]]:
    if source.problems:
        return None, list(source.problems)
    try:
        return HelplineFile.model_validate(source.values), []
    except ValidationError as error:
        wrong = error.errors()
    problems = sorted(source.problem(each["loc"], advice(each)) for each in wrong)
    try:
        return HelplineFile.model_validate(_without(source.values, wrong)), problems
    except ValidationError:
        return None, problems


def _without(values: dict[str, Any], wrong: Iterable[ErrorDetails]) -> dict[str, Any]:
    """The values less those that nothing else hangs on, so that the rest can be looked at too."""
    kept = deepcopy(values)
    for each in wrong:
        *way, last = each["loc"]
        if each["type"] == "extra_forbidden" or way == ["limits"]:
            table: Any = kept
            for step in way:
                table = table[step]
            table.pop(last, None)
    return kept


def _files(
    folder: Path, source: Source, table: HelplineFile, kept: Mapping[str, Wording], problems: list[Problem]
) -> Files:
    codes = [each.code for each in table.languages]
    read = {code: kept.get(code) or read_wording(folder / f"{code}.toml") for code in codes}
    problems.extend(problem for wording in read.values() for problem in wording.problems)
    found = _one_key_each(source, tuple(uses(table)), problems)
    alone = [each.code for each in table.languages if not each.fallback]
    named = {code: with_names(read[code], read.values()) for code in alone}
    return Files(
        table=table,
        helpline=helpline_of(table),
        languages={each.code: language_of(each, read[each.code]) for each in table.languages},
        wordings={**read, **named},
        uses={code: by_prompt(use for use in found if use.only_in in {None, code}) for code in read},
        numbers={name: n for n, name in enumerate(dict.fromkeys(use.prompt for use in found), 1)},
        remarks=tuple(_stray_files(folder, read)),
    )


def _wordless_languages(files: Files) -> list[Problem]:
    message = "has no words, and no fallback speaks for it; write its prompts, or name a fallback"
    return [
        Problem(wording.source.name, 0, "", message)
        for code, wording in files.wordings.items()
        if not (wording.texts or wording.problems or files.languages[code].fallback)
    ]


def _one_key_each(source: Source, found: tuple[Use, ...], problems: list[Problem]) -> tuple[Use, ...]:
    first: dict[str, Use] = {}
    for use in found:
        other = first.setdefault(use.prompt, use)
        if other.key != use.key and not (other.only_in and use.only_in):
            message = f"{use.prompt!r} is said {_on(other)} and {_on(use)}; give each its own prompt"
            problems.append(source.problem(use.place or other.place, message))
    return found


def _on(use: Use) -> str:
    return f"on key {use.key}" if use.key else "without a key"


def _problems_of_words(folder: Path) -> list[Problem]:
    """What is wrong in the language files by themselves, while it is not known which languages there are."""
    files = sorted(path for path in folder.glob("*.toml") if path.name != HELPLINE)
    return [problem for path in files for problem in read_wording(path).problems]


def _stray_files(folder: Path, wordings: Mapping[str, Wording]) -> list[Problem]:
    known = {HELPLINE, *(f"{code}.toml" for code in wordings)}
    return [
        Problem(path.name, 0, "", f"is not a language of {HELPLINE}; add it to [[languages]] or remove it")
        for path in sorted(folder.glob("*.toml"))
        if path.name not in known
    ]
