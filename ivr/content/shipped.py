"""What helpline.toml says, as the flow and the catalogue know it."""

from ivr.content.catalogue import Language
from ivr.content.schema import HelplineFile, LanguageTable
from ivr.content.wording import Wording
from ivr.flow.helpline import Choice, Helpline, Limits, Menu, Segment


def language_of(table: LanguageTable, wording: Wording) -> Language:
    """The language as shipped: what helpline.toml and its own file say of it."""
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


def helpline_of(file: HelplineFile) -> Helpline:
    """The menus, the segments and the limits, with nobody on duty yet."""
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
