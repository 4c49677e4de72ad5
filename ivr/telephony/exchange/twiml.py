"""Reads a TwiML document strictly: what Twilio would warn about or guess at is an error here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from ivr.telephony.exchange.errors import TwimlError
from ivr.telephony.exchange.grammar import GRAMMAR, TOP, Rule, Text
from ivr.telephony.exchange.urls import join

LONGEST = 64 * 1024  # error 11750
TYPES = frozenset({"text/xml", "application/xml", "text/html"})
ENCODING = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


@dataclass(frozen=True, slots=True)
class Verb:
    """One checked verb; the getters give Twilio's default where the document says nothing."""

    name: str
    attributes: Mapping[str, str]
    text: str
    nested: tuple["Verb", ...]

    def get(self, name: str, default: str = "") -> str:
        """The attribute as written."""
        return self.attributes.get(name, default)

    def number(self, name: str, default: int) -> int:
        """The attribute as a number; the grammar has proved that it is one."""
        return int(self.attributes.get(name, default))

    def flag(self, name: str) -> bool:
        """Whether the attribute says true; every flag we read is false by default."""
        return self.attributes.get(name) == "true"


@dataclass(frozen=True, slots=True)
class Document:
    """The verbs of one answer, with the URL it came from (empty: handed over by REST) and its text."""

    verbs: tuple[Verb, ...]
    url: str
    text: str

    def absolute(self, url: str) -> str:
        """`url` as seen from this document; without a base only an absolute one will do (11100)."""
        full = join(self.url, url)
        if full is None:
            raise TwimlError(
                11100, f"{url!r} is not an absolute http URL and nothing to join it to", self.text
            )
        return full


def read_answer(body: bytes, content_type: str, url: str) -> Document:
    """The document in a webhook's answer, or a TwimlError with the document as received.

    Plain text that is no document is read aloud and a sound is played: all that such an answer can mean.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind.startswith("audio/"):
        return Document((Verb("Play", {}, url, ()),), url, "")
    text = _decode(body[:LONGEST], url)
    if len(body) > LONGEST:
        raise TwimlError(11750, f"the answer has {len(body)} bytes; at most {LONGEST} are read", text, url)
    if not body.strip():
        raise TwimlError(11770, "the answer is empty; send at least <Response/>", text, url)
    if kind == "text/plain" and not text.lstrip().startswith("<"):
        return Document((Verb("Say", {}, " ".join(text.split()), ()),), url, text)
    if kind not in TYPES | {"text/plain"}:
        raise TwimlError(12300, f"content type {content_type!r} is not TwiML; send text/xml", text, url)
    return read(text, url)


def _decode(body: bytes, url: str) -> str:
    declared = ENCODING.match(body)
    try:
        return body.decode(declared[1].decode() if declared else "utf-8", "replace")
    except LookupError as error:
        raise TwimlError(12100, f"{error}; send UTF-8", body.decode("utf-8", "replace"), url) from error


def read(text: str, url: str = "") -> Document:
    """The checked document in `text`."""
    root = _parse(text, url)
    try:
        verbs = _verbs(root)
    except TwimlError as error:
        raise TwimlError(error.code, error.message, text, url) from error
    return Document(verbs, url, text)


def _verbs(root: ET.Element) -> tuple[Verb, ...]:
    if root.tag != "Response" or root.attrib:
        raise TwimlError(12100, f"the root is <{root.tag}>; it must be a bare <Response>")
    _no_text(root, "Response")
    return tuple(_verb(each, TOP, "Response", 12200) for each in root)


def _parse(text: str, url: str) -> ET.Element:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise TwimlError(12100, "a document type declaration is not allowed", text, url)
    try:
        return ET.fromstring(text)  # noqa: S314 (short, and without entities: checked above)
    except ET.ParseError as error:
        raise TwimlError(12100, f"not well-formed XML: {error}", text, url) from error


def _verb(element: ET.Element, allowed: frozenset[str], parent: str, code: int) -> Verb:
    name = str(element.tag)
    if name not in allowed:
        known = "not allowed" if name in GRAMMAR else "no verb we know"
        raise TwimlError(code, f"<{name}> inside <{parent}> is {known}; there: {', '.join(sorted(allowed))}")
    rule = GRAMMAR[name]
    _check_attributes(element, rule)
    nested = tuple(_verb(each, rule.nested, name, rule.nesting) for each in element)
    if len(nested) > rule.most:
        raise TwimlError(rule.nesting, f"<{name}> holds {len(nested)} nouns; at most {rule.most}")
    return Verb(name, dict(element.attrib), _text(element, rule), nested)


def _check_attributes(element: ET.Element, rule: Rule) -> None:
    for name, value in element.attrib.items():
        if name not in rule.attributes:
            raise TwimlError(12200, f"<{element.tag}> has no attribute {name!r}")
        if not rule.attributes[name].fits(value):
            raise TwimlError(rule.code, f"<{element.tag} {name}={value!r}>: use {rule.attributes[name].says}")


def _text(element: ET.Element, rule: Rule) -> str:
    name = str(element.tag)
    if rule.text is Text.NONE:
        _no_text(element, name)
        return ""
    text = " ".join((element.text or "").split())
    if rule.text is Text.NEEDED and not text:
        raise TwimlError(rule.code, f"<{name}> is empty; its text says what to use")
    if rule.text is Text.ALLOWED and bool(text) == bool(len(element)):
        raise TwimlError(rule.nesting, f"<{name}> needs either nested nouns or a number as text")
    return text


def _no_text(element: ET.Element, name: str) -> None:
    stray = (element.text or "") + "".join(each.tail or "" for each in element)
    if stray.strip():
        raise TwimlError(12200, f"text {stray.strip()[:40]!r} directly inside <{name}> is never heard")
