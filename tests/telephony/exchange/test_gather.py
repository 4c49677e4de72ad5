"""Gather, key by key and second by second; every sound lasts two seconds."""

from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

import pytest

from ivr.telephony.exchange.leg import Go
from ivr.telephony.exchange.sounds import Media
from tests.calls.harness import CALLER, HELPLINE, AnySound, Party, build_town
from tests.telephony.exchange.pages import Pages
from tests.telephony.exchange.town import Message, plays, respond

KEYS = respond("<Play>/done</Play>")


async def press(document: str, *keys: tuple[float, str], **more: str) -> tuple[Pages, Party]:
    """A call in which these keys are pressed at these seconds, and nothing else is done."""
    pages = Pages({"/voice": respond(document), "/keys": KEYS, **more})
    town = build_town(pages, AnySound())

    def react(message: Message) -> Sequence[Message]:
        if message["is"] == "calling":
            return [{"do": "wake", "seconds": at, "name": key} for at, key in keys]
        return [{"do": "key", "key": message["name"]}] if message["is"] == "woken" else []

    caller = town.add(CALLER, react)
    caller.phone.take({"do": "call", "to": HELPLINE})
    await caller.over.wait()
    await town.calls.close()
    return pages, caller


def digits(pages: Pages) -> list[str]:
    return [each["Digits"] for each in pages.of("/keys")]


@pytest.mark.parametrize(
    ("attributes", "keys", "sent", "at"),
    [
        ("", [(1, "5")], ["5"], 6.0),  # stops the sound, counts, then five seconds
        ("numDigits='1'", [(1, "5")], ["5"], 1.0),
        ("numDigits='2'", [(1, "5"), (5.5, "6")], ["56"], 5.5),
        ("numDigits='2'", [(1, "5"), (6.5, "6")], ["5"], 6.0),
        ("timeout='2'", [(3.5, "5"), (5, "6")], ["56"], 7.0),
        ("", [(1, "5"), (2, "#")], ["5"], 2.0),
        ("finishOnKey='*'", [(1, "#"), (2, "*")], ["#"], 2.0),
        ("finishOnKey=''", [(1, "#"), (2, "*")], ["#*"], 7.0),
        ("finishOnKey='5'", [(1, "1"), (2, "5")], ["1"], 2.0),
        ("actionOnEmptyResult='true'", [(1, "#")], [""], 1.0),
        ("actionOnEmptyResult='true'", [], [""], 7.0),
    ],
)
async def test_keys_during_and_after_what_is_nested(
    attributes: str, keys: list[tuple[float, str]], sent: list[str], at: float
) -> None:
    gather = f"<Gather action='/keys' {attributes}><Play>/menu</Play></Gather><Play>/none</Play>"

    pages, caller = await press(gather, *keys)

    assert sent == digits(pages)
    assert (at, "done") == plays(caller)[-1]


@pytest.mark.parametrize("keys", [[], [(1.0, "#")]])
async def test_nothing_or_the_finish_key_alone_falls_through(keys: list[tuple[float, str]]) -> None:
    pages, caller = await press("<Gather action='/keys'/><Play>/none</Play>", *keys)

    assert [] == digits(pages)
    assert [(1.0 if keys else 5.0, "none")] == plays(caller)


async def test_keys_pressed_while_none_are_awaited_are_lost() -> None:
    document = "<Play>/before</Play><Gather action='/keys' numDigits='1' timeout='3'/>"

    pages, _ = await press(document, (1, "5"))

    assert [] == digits(pages)


async def test_after_a_question_keys_stop_nothing() -> None:
    document = "<Gather action='/keys' timeout='1'/><Play>/after</Play><Play>/end</Play>"

    _, caller = await press(document, (2, "5"))

    assert [(1.0, "after"), (3.0, "end")] == plays(caller)


async def test_keys_beyond_those_asked_for_are_not_typed_ahead_into_the_next_question() -> None:
    more = {"/keys": respond("<Gather action='/more' numDigits='1' timeout='3'/>"), "/more": respond("")}

    pages, _ = await press("<Gather action='/keys' numDigits='1'/>", (1, "5"), (1, "6"), **more)

    assert ["/voice", "/keys"] == pages.paths


async def test_a_key_ends_a_pause_inside_a_question() -> None:
    pages, caller = await press(
        "<Gather action='/keys' numDigits='1'><Pause length='9'/><Play>/menu</Play></Gather>", (4, "1")
    )

    assert [(4.0, "done")] == plays(caller)
    assert ["1"] == digits(pages)


async def test_a_sound_in_a_question_is_repeated_as_often_as_asked() -> None:
    _, caller = await press("<Gather timeout='1'><Play loop='3'>/menu</Play><Play>/end</Play></Gather>")

    assert [(0.0, "menu"), (2.0, "menu"), (4.0, "menu"), (6.0, "end")] == plays(caller)


async def test_the_digits_of_get_are_in_the_query() -> None:
    pages, _ = await press("<Gather action='/keys?x=1' method='GET' numDigits='1'/>", (1, "5"))

    asked = next(each for each in pages.asked if urlsplit(each.url).path == "/keys")
    query = parse_qs(urlsplit(asked.url).query)
    assert ("GET", ["1"], ["5"], {}) == (asked.method, query["x"], query["Digits"], asked.form)


async def test_all_that_is_nested_is_fetched_before_the_first_is_heard() -> None:
    class OneGone(AnySound):
        async def fetch(self, url: str) -> Media:
            media = await super().fetch(url)
            return Media(404, "", "", b"") if url.endswith("/second") else media

    gather = respond("<Gather><Play>/first</Play><Play>/second</Play></Gather>")
    pages = Pages({"/voice": gather, "/fallback": respond("<Play>/sorry</Play>")})
    shelf = OneGone()
    town = build_town(pages, shelf, fallback=Go("http://helpline.test/fallback"))
    caller = town.add(CALLER, lambda message: [])

    caller.phone.take({"do": "call", "to": HELPLINE})
    await caller.over.wait()
    await town.calls.close()

    [asked] = pages.of("/fallback")
    assert ("13325", "http://helpline.test/second") == (asked["ErrorCode"], asked["ErrorUrl"])
    assert [(0.0, "sorry")] == plays(caller)
