"""What the URLs of the line on which staff record stand for."""

from collections.abc import Mapping

from ivr.content import Content
from ivr.flow.studio_codec import decode_studio
from ivr.flow.studio_line_state import Item
from ivr.telephony.twilio import urls as to

HAPPENED = {
    to.STUDIO_KEYS: "somebody who records was asked for keys",
    to.STUDIO_SILENCE: "somebody who records was asked for keys, and none came",
    to.STUDIO_RECORDED: "somebody who records has spoken",
    to.STUDIO_ON: "somebody who records has heard something, or said nothing",
}


def studio_lines(content: Content, language: str, what: str, state: str) -> Mapping[str, object]:
    """The URL in words, by their names; UnknownState if its state is none."""
    if state.startswith(to.STUDIO_ENTRY):
        return {"what happened": "a caller has pressed star twice; the recording line begins"}
    call = decode_studio(language, state)
    return {
        "what happened": HAPPENED[what],
        "language": language,
        "place": f"the recording line, {call.spot.name.lower()}",
        "account": call.account,
        "language recorded": call.records,
        "one after the other": call.among.name.lower() if call.records else "",
        "prompt": _named(content, call.records, call.item),
        "announcement for": call.term.name.lower() if call.term else "",
        "draft": call.take,
        "found in it": ", ".join(call.findings),
    }


def _named(content: Content, language: str, item: Item | None) -> str:
    if item is None or not item.number:
        return ""
    prompts = content.prompts.get(language, {}).values()
    name = next((each.id for each in prompts if each.number == item.number), "")
    return f"{item.number} {name}".strip()
