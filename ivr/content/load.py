"""prompts/ as Content, or every problem in it at once."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ivr.content.advice import advice
from ivr.content.catalogue import Content, Language, Prompt
from ivr.content.edited import announced, edited, marked
from ivr.content.edits import NO_EDITS, Edits
from ivr.content.links import link_problems
from ivr.content.problems import ContentError, Problem
from ivr.content.schema import HelplineFile, LanguageTable
from ivr.content.source import Source, read_source
from ivr.content.uses import Use, uses
from ivr.content.wording import Wording, by_prompt, read_wording, resolve, with_names
from ivr.flow.helpline import Choice, Helpline, Limits, Menu, Segment

HELPLINE = "helpline.toml"


def load(folder: Path, edits: Edits = NO_EDITS) -> Content:
    """The content in `folder` with the edits over it, less those that do not fit: each of them is a remark.

    ContentError names every problem of the folder: file, line, key, what to do.
    """
    source = read_source(folder / HELPLINE)
    helpline, problems = _helpline_file(source)
    if helpline is None:
        raise ContentError(tuple(sorted([*problems, *_problems_of_words(folder)])))
    problems.extend(link_problems(source, helpline))
    wordings = {each.code: read_wording(folder / f"{each.code}.toml") for each in helpline.languages}
    content = _content(source, helpline, wordings, problems, edits)
    if problems:
        raise ContentError(tuple(sorted(problems)))
    return replace(content, remarks=(*content.remarks, *_stray_files(folder, wordings)))


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


def _content(
    source: Source,
    helpline: HelplineFile,
    wordings: dict[str, Wording],
    problems: list[Problem],
    edits: Edits,
) -> Content:
    problems.extend(problem for wording in wordings.values() for problem in wording.problems)
    all_uses = _one_key_each(source, tuple(uses(helpline)), problems)
    numbers = {name: number for number, name in enumerate(dict.fromkeys(use.prompt for use in all_uses), 1)}
    prompts: dict[str, dict[str, Prompt]] = {}
    uses_in: dict[str, Mapping[str, Use]] = {}
    remarks: list[Problem] = []
    for table in helpline.languages:
        mine = by_prompt(use for use in all_uses if use.only_in in {None, table.code})
        wording = wordings[table.code]
        if not table.fallback:
            wording = with_names(wording, wordings.values())
        wording, unfit = edited(wording, mine, edits)
        uses_in[table.code] = mine
        remarks.extend(unfit)
        found, wrong, unsaid = resolve(wording, mine, numbers, helpline)
        prompts[table.code] = {**found, **announced(edits.announcements, table.code)}
        problems.extend(wrong)
        (remarks if table.fallback else problems).extend(unsaid.missing)
        remarks.extend(unsaid.unused)
        if not (wording.texts or wording.problems or table.fallback):
            message = "has no words, and no fallback speaks for it; write its prompts, or name a fallback"
            problems.append(Problem(wording.source.name, 0, "", message))
    said = [_language(each, wordings[each.code]) for each in helpline.languages]
    languages = marked(said, edits, said[0].code)
    return Content(
        _helpline(helpline), languages, prompts, tuple(remarks), helpline, uses_in, edits.announcements
    )


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


def _stray_files(folder: Path, wordings: dict[str, Wording]) -> list[Problem]:
    known = {HELPLINE, *(f"{code}.toml" for code in wordings)}
    return [
        Problem(path.name, 0, "", f"is not a language of {HELPLINE}; add it to [[languages]] or remove it")
        for path in sorted(folder.glob("*.toml"))
        if path.name not in known
    ]
