"""Holds a document against the provider's own library: verbs, attributes, and what may stand in what."""

import inspect
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from twilio.twiml import TwiML, lower_camel, voice_response

Checked = Callable[[str], ET.Element]
ALLOWED = {"Play", "Gather", "Redirect", "Pause", "Dial", "Number", "Record", "Hangup", "Say"}
CONTENT = {"Play": "url", "Redirect": "url", "Number": "phone_number", "Say": "message"}


@pytest.fixture
def checked() -> Checked:
    """The parsed document, after the library has written the very same one from the same values."""
    return check


def check(text: str) -> ET.Element:
    ours = ET.fromstring(text)  # noqa: S314 (written by us)
    theirs = voice_response.VoiceResponse()
    for child in ours:
        _rebuild(theirs, child)
    assert ET.canonicalize(str(theirs)) == ET.canonicalize(text)
    assert len(text.encode()) < 65_536
    return ours


def _rebuild(parent: TwiML, ours: ET.Element) -> None:
    assert ours.tag in ALLOWED
    method = getattr(parent, ours.tag.lower())
    names = {lower_camel(name): name for name in inspect.signature(method).parameters if name != "kwargs"}
    assert set(ours.attrib) <= set(names), f"{ours.tag} has no such attribute"
    values = {names[name]: value for name, value in ours.attrib.items()}
    if ours.tag in CONTENT:
        values[CONTENT[ours.tag]] = ours.text or ""
    theirs = method(**values)
    for child in ours:
        _rebuild(theirs, child)
