"""The menus, and the way to a person, as a picture: a Mermaid flowchart that GitHub and many editors show."""

from collections.abc import Iterator

from ivr.flow.helpline import Helpline, Menu, code_of
from ivr.flow.waiting import CALL_BACK, LISTEN, MESSAGE
from ivr.flow.words import BACK, COUNSELLOR, EMERGENCY


def draw(helpline: Helpline) -> str:
    """The menu tree from the first ring and what follows key 0, as the text of a Mermaid flowchart."""
    return "\n".join(_lines(helpline)) + "\n"


def _lines(helpline: Helpline) -> Iterator[str]:
    yield "flowchart LR"
    yield '    ring(("a call")) --> languages{"language"}'
    yield f'    languages -- "welcome, what is announced" --> {_node(helpline.main)}'
    for menu in helpline.menus.values():
        yield f'    {_node(menu.id)}{{"{menu.id}"}}'
        yield from _choices(menu)
    for segment in helpline.segments.values():
        yield f'    {_node(segment.id)}["{segment.id}"]'
    yield f'    anywhere["anywhere"] -- "{COUNSELLOR}" --> wait'
    yield f'    anywhere -- "{EMERGENCY}" --> {_node(helpline.emergency)}'
    yield f'    anywhere -- "{BACK}" --> back["the question before"]'
    yield from _reaching(helpline)


def _reaching(helpline: Helpline) -> Iterator[str]:
    """From the wait to a person or a promise; what is heard meanwhile leads back to the wait."""
    yield '    wait{"waiting"} -- "a counsellor presses 1" --> counsellor(["counsellor on duty"])'
    yield f'    wait -- "{LISTEN}" --> {_node(helpline.main)}'
    yield f'    wait -- "{MESSAGE}" --> message[("voice message")]'
    yield '    wait -. "nobody" .-> offer{"a promise is offered"}'
    yield '    offer -- "1" --> message'
    yield '    offer -- "2" --> wait'
    yield f'    offer -- "3" --> {_node(helpline.main)}'
    if helpline.callbacks:
        yield f'    wait -- "{CALL_BACK}" --> callback[("call-back")]'
        yield '    offer -- "4" --> callback'
    yield f'    message -. "{BACK}" .-> wait'


def _choices(menu: Menu) -> Iterator[str]:
    for choice in menu.choices:
        if choice.key not in {COUNSELLOR, EMERGENCY}:
            yield f'    {_node(menu.id)} -- "{choice.key}" --> {_node(choice.leads_to)}'


def _node(name: str) -> str:
    if name == "counsellor":
        return "wait"
    return name if name == "message" else f"p{code_of(name)}"
