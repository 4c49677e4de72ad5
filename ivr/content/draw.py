"""The menus as a picture: a Mermaid flowchart that GitHub and many editors show."""

from collections.abc import Iterator

from ivr.flow.helpline import Helpline, Menu, code_of
from ivr.flow.words import BACK, COUNSELLOR, EMERGENCY


def draw(helpline: Helpline) -> str:
    """The menu tree from the first ring, as the text of a Mermaid flowchart."""
    return "\n".join(_lines(helpline)) + "\n"


def _lines(helpline: Helpline) -> Iterator[str]:
    yield "flowchart LR"
    yield '    ring(("a call")) --> languages{"language"}'
    yield f"    languages --> {_node(helpline.main)}"
    for menu in helpline.menus.values():
        yield f'    {_node(menu.id)}{{"{menu.id}"}}'
        yield from _choices(menu)
    for segment in helpline.segments.values():
        yield f'    {_node(segment.id)}["{segment.id}"]'
    yield '    counsellor(["counsellor on duty"]) -. nobody .-> message[("voice message")]'
    yield f'    anywhere["anywhere"] -- "{COUNSELLOR}" --> counsellor'
    yield f'    anywhere -- "{EMERGENCY}" --> {_node(helpline.emergency)}'
    yield f'    anywhere -- "{BACK}" --> back["the question before"]'


def _choices(menu: Menu) -> Iterator[str]:
    for choice in menu.choices:
        if choice.key not in {COUNSELLOR, EMERGENCY}:
            yield f'    {_node(menu.id)} -- "{choice.key}" --> {_node(choice.leads_to)}'


def _node(name: str) -> str:
    return name if name in {"counsellor", "message"} else f"p{code_of(name)}"
