"""The picture of the menus."""

from dataclasses import replace

from ivr.content.draw import draw
from tests.flow.cast import HELPLINE

# Codes: the first six hexadecimal digits of the SHA-256 of the id, by `printf main | sha256sum`.
PICTURE = """\
flowchart LR
    ring(("a call")) --> languages{"language"}
    languages -- "welcome, what is announced" --> p0d6e40
    p0d6e40{"main"}
    p0d6e40 -- "1" --> pOVERDOSE
    p0d6e40 -- "2" --> pMORE
    p0d6e40 -- "3" --> message
    pMORE{"more"}
    pMORE -- "1" --> pBREAK
    pMORE -- "2" --> pDEEP
    pDEEP{"deep"}
    pDEEP -- "1" --> pBREAK
    pOVERDOSE["overdose"]
    pBREAK["break"]
    anywhere["anywhere"] -- "0" --> wait
    anywhere -- "9" --> pOVERDOSE
    anywhere -- "*" --> back["the question before"]
    wait{"waiting"} -- "a counsellor presses 1" --> counsellor(["counsellor on duty"])
    wait -- "1" --> p0d6e40
    wait -- "3" --> message[("voice message")]
    wait -. "nobody" .-> offer{"a promise is offered"}
    offer -- "1" --> message
    offer -- "2" --> wait
    offer -- "3" --> p0d6e40
    message -. "*" .-> wait
"""


def test_the_picture_shows_every_key_and_where_it_leads() -> None:
    codes = {"OVERDOSE": "ed8f9f", "MORE": "187897", "BREAK": "14ebe5", "DEEP": "74611c"}
    expected = PICTURE
    for name, code in codes.items():
        expected = expected.replace(f"p{name}", f"p{code}")

    assert expected == draw(HELPLINE)


def test_call_backs_are_drawn_where_they_are_offered() -> None:
    lines = draw(replace(HELPLINE, callbacks=True)).splitlines()

    assert [
        '    wait -- "2" --> callback[("call-back")]',
        '    offer -- "4" --> callback',
    ] == [each for each in lines if "callback" in each]
