"""Edits laid over what prompts/ says; what does not fit is left out, and said."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ivr.content.catalogue import Content, Language, Prompt
from ivr.content.edits import Announcement, Edits
from ivr.content.fitting import as_spoken, misfits, too_long
from ivr.content.problems import Problem
from ivr.content.uses import Use
from ivr.content.wording import Wording

ANNOUNCEMENT_NUMBER = 9000  # staff key in 9000 and its id to record it by phone
ANNOUNCEMENT_SECONDS = 30.0


def edited(wording: Wording, uses: Mapping[str, Use], edits: Edits) -> tuple[Wording, list[Problem]]:
    """The wording with the edits of its language that fit their use, and a remark about each other one."""
    wanted = {prompt: text for (code, prompt), text in edits.words.items() if code == wording.code}
    wrong = {prompt: reason for prompt, text in wanted.items() if (reason := _reason(uses.get(prompt), text))}
    fitting = {prompt: as_spoken(text) for prompt, text in wanted.items() if prompt not in wrong}
    touched = {*fitting, *(prompt for code, prompt in edits.restored if code == wording.code)}
    before = {prompt: wording.texts.get(prompt, ("", "")) for prompt in touched}
    texts = {prompt: (text, before[prompt][1]) for prompt, text in fitting.items()}
    filed = {prompt: text for prompt, (text, _) in before.items()}
    return replace(wording, texts={**wording.texts, **texts}, filed=filed), list(_remarks(wording, wrong))


def marked(languages: Iterable[Language], edits: Edits, default: str) -> dict[str, Language]:
    """The languages by code, with what staff say of them; the default language is never withdrawn."""
    return {
        each.code: replace(
            each,
            reviewed_by=edits.reviewed.get(each.code, each.reviewed_by),
            withdrawn=each.code in edits.withdrawn and each.code != default,
        )
        for each in languages
    }


def announced(announcements: Iterable[Announcement], language: str) -> dict[str, Prompt]:
    """The prompts that say the announcements in a language, those without words there too."""
    return {each.prompt: _announcement(each, language) for each in announcements if not each.withdrawn}


def problems_of(content: Content, language: str, prompt: str, text: str) -> tuple[str, ...]:
    """Why the text cannot be the words of the prompt in that language, and what to write; none: it can."""
    use = content.uses.get(language, {}).get(prompt)
    if use is None:
        return (f"nothing says a prompt {prompt!r} in {language}",)
    long = too_long(use, as_spoken(text))
    return misfits(use, as_spoken(text)) or ((long,) if long else ())


def _announcement(each: Announcement, language: str) -> Prompt:
    text = as_spoken(each.texts.get(language, ""))
    return Prompt(
        id=each.prompt,
        language=language,
        text=text,
        note=each.title,
        seconds=ANNOUNCEMENT_SECONDS,
        number=ANNOUNCEMENT_NUMBER + each.id,
        needed=False,
        written=text,
        filed="",
    )


def _reason(use: Use | None, text: str) -> str:
    return "; ".join(misfits(use, text)) if use else "nothing says this prompt"


def _remarks(wording: Wording, wrong: Mapping[str, str]) -> Iterator[Problem]:
    for prompt, reason in wrong.items():
        message = f"what staff wrote instead is left out: {reason}; edit it again, or take it back"
        yield Problem(wording.source.name, 0, prompt, message, warning=True)
