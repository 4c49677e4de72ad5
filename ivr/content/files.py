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
from ivr.content.schema import HelplineFile, LanguageTable
from ivr.content.source import Source, read_source
from ivr.content.uses import Use, uses
from ivr.content.wording import Wording, by_prompt, read_wording, resolve, with_names
from ivr.flow.helpline import Choice, Helpline, Limits, Menu, Segment

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


def read_files(folder: Path) -> Files:
    """What stands in `folder`; ContentError names every problem: file, line, key, what to do."""
    source = read_source(folder / HELPLINE)
    table, problems = _helpline_file(source)
    if table is None:
        raise ContentError(tuple(sorted([*problems, *_problems_of_words(folder)])))
    problems.extend(link_problems(source, table))
    files = _files(folder, source, table, problems)
    return _resolved(files, files.languages, problems)


def read_again(files: Files, folder: Path, codes: Collection[str]) -> Files:
    """The files again, of which only those of these languages have changed; raises as `read_files`."""
    read = {code: read_wording(folder / f"{code}.toml") for code in codes}
    if any(each.name != files.wordings[code].name for code, each in read.items()):
        return read_files(folder)  # others may tell staff of it by its name
    problems = [problem for wording in read.values() for problem in wording.problems]
    wordings = _named(files.table, {**files.wordings, **read}, codes)
    changed = replace(files, wordings=wordings, languages=_languages(files.table, wordings))
    return _resolved(changed, codes, problems)


def _resolved(files: Files, codes: Iterable[str], problems: list[Problem]) -> Files:
    """The files with what these languages say, which is then only there; ContentError for every problem."""
    found = {code: _spoken(files, files.wordings[code]) for code in codes}
    problems.extend(problem for each in found.values() for problem in each.problems)
    problems.extend(_wordless_languages(files, codes))
    if problems:
        raise ContentError(tuple(sorted(problems)))
    away = {code: _put_away(files.wordings[code], each.prompts) for code, each in found.items()}
    return replace(files, wordings={**files.wordings, **away}, unedited={**files.unedited, **found})


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
    """The wording less what its prompts know too, and less its file unless remarks still name lines of it."""
    said = {name for name, each in prompts.items() if not each.wordless}
    rest = {name: words for name, words in wording.texts.items() if name not in said}
    source = replace(wording.source, values={}, text=wording.source.text if rest else "")
    return replace(wording, source=source, texts=rest)


def _taken_out(wording: Wording, prompts: Mapping[str, Prompt]) -> Wording:
    """The wording that was put away, whole again but for its file."""
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


def _files(folder: Path, source: Source, table: HelplineFile, problems: list[Problem]) -> Files:
    read = {each.code: read_wording(folder / f"{each.code}.toml") for each in table.languages}
    problems.extend(problem for wording in read.values() for problem in wording.problems)
    found = _one_key_each(source, tuple(uses(table)), problems)
    return Files(
        table=table,
        helpline=_helpline(table),
        languages=_languages(table, read),
        wordings=_named(table, read, read),
        uses={code: by_prompt(use for use in found if use.only_in in {None, code}) for code in read},
        numbers={name: n for n, name in enumerate(dict.fromkeys(use.prompt for use in found), 1)},
        remarks=tuple(_stray_files(folder, read)),
    )


def _named(
    table: HelplineFile, wordings: Mapping[str, Wording], codes: Collection[str]
) -> dict[str, Wording]:
    alone = [each.code for each in table.languages if not each.fallback and each.code in codes]
    return {**wordings, **{code: with_names(wordings[code], wordings.values()) for code in alone}}


def _wordless_languages(files: Files, codes: Iterable[str]) -> list[Problem]:
    message = "has no words, and no fallback speaks for it; write its prompts, or name a fallback"
    return [
        Problem(wording.source.name, 0, "", message)
        for code in codes
        if not ((wording := files.wordings[code]).texts or wording.problems or files.languages[code].fallback)
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


def _languages(table: HelplineFile, wordings: Mapping[str, Wording]) -> dict[str, Language]:
    return {each.code: _language(each, wordings[each.code]) for each in table.languages}


def _language(table: LanguageTable, wording: Wording) -> Language:
    return Language(
        code=table.code,
        name=wording.name,
        fallback=table.fallback,
        engines=tuple(table.engines),
        gtts_code=table.gtts,
        accent=table.accent,
        espeak_voice=table.espeak,
        words_per_minute=table.words_per_minute,
        reviewed_by=wording.reviewed_by,
    )


def _helpline(file: HelplineFile) -> Helpline:
    codes = tuple(each.code for each in file.languages)
    menus = {
        each.id: Menu(each.id, tuple(Choice(c.key, c.leads_to, c.prompt) for c in each.choices), each.opening)
        for each in file.menus
    }
    return Helpline(
        name=file.name,
        languages=codes,
        shipped_languages=codes,
        main=file.main,
        emergency=file.emergency,
        menus=menus,
        segments={each.id: Segment(each.id, tuple(each.prompts), each.topic) for each in file.segments},
        limits=Limits(**file.limits.model_dump()),
        after_silence=file.after_silence,
        fallback_number=file.fallback_number or None,
        emergency_number=file.emergency_number,
        zone=file.zone,
        callbacks=file.callback.offered,
        question=file.ring.question,
    )


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
