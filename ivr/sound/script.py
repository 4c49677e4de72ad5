"""The reading script: one page to print, from which somebody who speaks the language records every prompt."""

from html import escape

from ivr.content.catalogue import Content, Language, Prompt

STYLE = """
body { font: 12pt/1.45 serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #111; }
h1 { font-size: 1.5rem; }
ol { list-style: none; padding: 0; }
li { display: grid; grid-template-columns: 2.2rem 1fr 1.6rem; gap: .6rem; padding: .7rem 0;
  border-top: 1px solid #999; break-inside: avoid; }
.number { font-weight: bold; text-align: right; }
.words { font-size: 1.25em; margin: .2rem 0; }
.about, .note { font: .8rem/1.4 sans-serif; color: #444; margin: 0; }
.box { width: 1.1rem; height: 1.1rem; border: 1.5px solid #111; }
@media print { body { margin: 0; max-width: none; } }
"""
ADVICE = (
    "Read calmly, as to one person who is listening, in a quiet room, a hand's breadth from the telephone or "
    "microphone. Wait a second, read, wait a second. Tick the box when it is done. One file for each prompt, "
    "named by its name here, in any common sound format. Those marked 'may follow later' can wait: callers "
    "are offered the language once all the others are live."
)
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


def script_page(content: Content, language: str) -> str:
    """The whole page, which needs nothing but itself."""
    spoken = content.languages[language]
    prompts = content.script(language)
    title = escape(f"{content.helpline.name}: {spoken.name or language}")
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f'<meta name="viewport" content="width=device-width">\n<style>{STYLE}</style>\n</head>\n<body>\n'
        f"<h1>{title}</h1>\n<p>{len(prompts)} prompts. {escape(ADVICE)}</p>\n<ol>\n"
        + "".join(_item(each, spoken) for each in prompts)
        + "</ol>\n</body>\n</html>\n"
    )


def _item(prompt: Prompt, language: Language) -> str:
    direction = "rtl" if language.code.partition("-")[0] in RIGHT_TO_LEFT else "ltr"
    later = "" if prompt.needed else " · may follow later"
    note = f'<p class="note">{escape(prompt.note)}</p>' if prompt.note else ""
    words = f'<p class="words" lang="{escape(language.code)}" dir="{direction}">{escape(prompt.text)}</p>'
    if prompt.wordless:
        words = '<p class="words">♪</p>'
    return (
        f'<li id="{escape(prompt.id)}"><span class="number">{prompt.number}</span><div>'
        f'<p class="about">{escape(prompt.id)} · at most {prompt.seconds:g} s{later}</p>'
        f"{words}{note}</div>"
        f'<span class="box" role="img" aria-label="to tick"></span></li>\n'
    )
