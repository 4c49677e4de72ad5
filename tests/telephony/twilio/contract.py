"""What every document of ours promises a network; one function holds a document to it."""

import re
from xml.etree import ElementTree as ET

NUMBER = "+12025550100"
WITHIN = {
    "Response": {
        "Play",
        "Say",
        "Gather",
        "Redirect",
        "Pause",
        "Dial",
        "Record",
        "Hangup",
        "Enqueue",
        "Leave",
    },
    "Gather": {"Play", "Say", "Pause"},
    "Dial": {"Number", "Queue"},
}
WAITING = {"Play", "Say", "Gather", "Redirect", "Pause", "Leave", "Hangup"}
NEEDED = {
    "Gather": {"input", "action", "method", "actionOnEmptyResult", "timeout", "numDigits", "finishOnKey"},
    "Record": {"action", "method", "timeout", "maxLength", "finishOnKey"},
    "Dial": {"timeout", "timeLimit", "callerId"},
    "Number": {"url", "method"},
    "Enqueue": {"action", "method", "waitUrl", "waitUrlMethod"},
    "Redirect": {"method"},
    "Pause": {"length"},
}
HAND_BACKS = {"Gather", "Redirect", "Record", "Dial", "Hangup", "Enqueue", "Leave"}
LONGEST_RING = 40
MOST_PLAYS = 12


def hold(
    text: str,
    public: str,
    audio: str,
    *,
    screening: bool = False,
    gone: bool = False,
    queued: bool = False,
) -> ET.Element:
    """The document, if it keeps every promise; `screening`: on a counsellor's leg, `gone`: unheard.

    `queued`: heard in a queue, where a document plays one prompt and only some verbs are allowed.
    """
    document = ET.fromstring(text)  # noqa: S314 (our own)
    assert len(text.encode()) < 65_536
    _nesting(document)
    if queued:
        assert WAITING >= {each.tag for each in document}
        assert len([*document.iter("Play"), *document.iter("Say")]) <= 1
    for each in document.iter():
        assert NEEDED.get(each.tag, set()) <= set(each.attrib), each.tag
        _limits(each)
    ours = re.compile(re.escape(public) + r"/voice/(en|af|zu|sw)/[A-Za-z]/[A-Za-z0-9.~-]+(#\S+)?")
    for url in _webhooks(document):
        assert ours.fullmatch(url), url
    for each in document.iter("Play"):
        assert (each.text or "").startswith((f"{audio}/", f"{public}/heard/")), each.text
    dial = document.find("Dial")
    if dial is not None and "action" not in dial.attrib:
        _ends_after_trouble([each.tag for each in document])
    else:
        _ends([each.tag for each in document], screening=screening, gone=gone)
    return document


def _ends_after_trouble(tags: list[str]) -> None:
    """Where nothing of ours is trusted any more, the Dial is followed by words and the end."""
    after = tags[tags.index("Dial") + 1 :]
    assert "Hangup" == after[-1]
    assert {"Play", "Say"} >= set(after[:-1]) != set()


def _nesting(element: ET.Element) -> None:
    for each in element:
        assert each.tag in WITHIN.get(element.tag, set()), f"{each.tag} in {element.tag}"
        _nesting(each)


def _limits(element: ET.Element) -> None:
    if element.tag == "Gather":
        assert "true" == element.attrib["actionOnEmptyResult"]
        assert "dtmf" == element.attrib["input"]
    if element.tag == "Dial":
        assert NUMBER == element.attrib["callerId"]
        assert 0 < int(element.attrib["timeout"]) <= LONGEST_RING
    assert len(element.findall("Play")) <= MOST_PLAYS


def _webhooks(document: ET.Element) -> list[str]:
    actions = [each.attrib["action"] for each in document.iter() if "action" in each.attrib]
    screens = [each.attrib["url"] for each in document.iter("Number")]
    waits = [each.attrib["waitUrl"] for each in document.iter("Enqueue")]
    return [*actions, *screens, *waits, *(each.text or "" for each in document.iter("Redirect"))]


def _ends(tags: list[str], *, screening: bool, gone: bool) -> None:
    """Nothing follows a hand-back but the Redirect that catches what falls out of it."""
    if screening:
        assert tags in (["Gather", "Hangup"], [], ["Hangup"], ["Play", "Hangup"]), tags
        return
    first = next(place for place, tag in enumerate(tags) if tag in HAND_BACKS)
    follows = {"Gather": ["Redirect"], "Record": ["Redirect"], "Dial": [], "Redirect": [], "Hangup": []}
    follows |= {"Enqueue": [], "Leave": []}
    assert follows[tags[first]] == tags[first + 1 :], tags
    if tags[first] == "Hangup":
        assert first > 0 or gone, "a bare hang-up"
