"""The answer for when this server is gone: files that any web host can serve, without a webhook in them.

They hold words with the emergency number in each language, then a call to the fallback number.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from ivr.content.catalogue import Content
from ivr.telephony.twilio import verbs
from ivr.telephony.twilio.voices import VOICES, voice

APOLOGY = "fallback.apology"  # says that the caller is being connected
NOBODY = "trouble.nobody"  # says to ring again: for a helpline without a fallback number
DOCUMENT = "fallback.xml"
RING = 40  # seconds; the longest that one phone of ours ever rings at a time

README = """\
What a caller hears when the helpline's own server does not answer.

1. Put this folder on a web host that is not the helpline's: another company, another network.
   {document} must come as application/xml or text/xml, by plain GET, over https, for everybody.
   The network adds the caller's number to the address: choose a host whose access log you can switch off.
2. Set FALLBACK_URL of the helpline to the address of {document}{address}
3. ivr twilio connect
4. Try it: stop the helpline, ring its number.

Write it again (ivr twilio fallback) when the apology or one of the numbers in it has changed.
"""


class FallbackError(Exception):
    """The fallback cannot be made from this content."""


@dataclass(frozen=True, slots=True)
class Apology:
    """The apology in one language; without a `sound` the network says the words."""

    language: str
    words: str
    sound: Path | None = None

    @property
    def place(self) -> str:
        """Where its sound lies in the folder; a new sound has a new name, because networks keep old ones."""
        return f"sound/{self.language}/{self.sound.name if self.sound else ''}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be said, and what the operator should know about what will not."""

    apologies: tuple[Apology, ...]
    notes: tuple[str, ...]


def plan(
    content: Content, languages: Sequence[str], find: Callable[[str, str], Path | None], *, hosted: bool
) -> Plan:
    """The apologies in `languages`, by sound where `find` has one of the prompt in that very language.

    Unless `hosted` says that sounds will have an address, or if there are none, the network says the words.
    """
    if not hosted:
        return _said(content, languages, "no address for the sounds (--url or FALLBACK_URL)")
    prompt = _prompt(content)
    found = {code: sound for code in languages if (sound := find(prompt, code)) is not None}
    if not found:
        return _said(content, languages, f"{prompt} has no sound yet (ivr audio build)")
    notes = tuple(f"{code}: left out, {prompt} has no sound in it" for code in languages if code not in found)
    return Plan(tuple(Apology(code, _words(content, code), sound) for code, sound in found.items()), notes)


def document(apologies: Sequence[Apology], base: str, caller_id: str, number: str | None) -> str:
    """The TwiML: each apology once, then a call to `number` if there is one, then the end.

    `base` is the folder's address; the Dial has neither action nor screening: nobody is there to answer.
    """
    ringing = []
    if number:
        phone = verbs.number(number, None)
        ringing = [verbs.dial([phone], action=None, timeout=RING, caller_id=caller_id)]
    return verbs.document(*(_heard(each, base) for each in apologies), *ringing, verbs.hang_up())


def write(folder: Path, text: str, apologies: Sequence[Apology], base: str) -> tuple[Path, ...]:
    """The files, written sounds first and the document last, each whole or not at all; raises OSError."""
    written = [_write(folder / each.place, each.sound.read_bytes()) for each in apologies if each.sound]
    address = f":\n   {base}{DOCUMENT}" if base else "."
    readme = README.format(document=DOCUMENT, address=address)
    written.append(_write(folder / "README.txt", readme.encode()))
    written.append(_write(folder / DOCUMENT, text.encode()))
    return tuple(written)


def _said(content: Content, languages: Sequence[str], why: str) -> Plan:
    default = content.helpline.default_language
    spoken = [code for code in languages if code in VOICES] or [default]
    notes = [f"{why}: the network will say the words itself"]
    notes += [f"{code}: left out, the network cannot speak it" for code in languages if code not in spoken]
    return Plan(tuple(Apology(code, _words(content, code)) for code in spoken), tuple(notes))


def _words(content: Content, language: str) -> str:
    name = _prompt(content)
    prompt = content.prompt(language, name)
    if prompt is None:
        raise FallbackError(f"{language}.toml: {name}: the words are missing; write them, then: ivr check")
    return prompt.text


def _prompt(content: Content) -> str:
    """Nobody is promised a connection that there is not."""
    return APOLOGY if content.helpline.fallback_number else NOBODY


def _heard(apology: Apology, base: str) -> str:
    if apology.sound is None:
        return verbs.say(apology.words, voice(apology.language))
    return verbs.play(base + apology.place)


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            temporary.chmod(0o644)  # a web host reads it as somebody else
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    return path
