import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.call import Call, Kind, Place
from ivr.flow.codec import UnknownState, decode, encode, rung_one_by_one
from tests.flow.cast import HELPLINE

CALL = Call("af", Place(Kind.MENU, "more"), trail=(Place(Kind.LANGUAGE), Place(Kind.MENU, "main")))


@given(
    silences=st.integers(0, 9),
    wrongs=st.integers(0, 9),
    tries=st.integers(0, 4),
    spent=st.integers(0, 1099),
    rung=st.lists(st.from_regex(r"[A-Za-z0-9]{1,12}", fullmatch=True), max_size=20),
    rung_in_queue=st.none() | st.lists(st.from_regex(r"[A-Za-z0-9]{1,12}", fullmatch=True)).map(tuple),
    topic=st.sampled_from(["", *HELPLINE.segments]),
    overdose=st.booleans(),
    attempt=st.integers(0, 9),
    messages=st.integers(0, 9),
    announced=st.booleans(),
)
def test_what_is_written_is_what_is_read(rung: list[str], **fields: object) -> None:
    call = replace(CALL, rung=tuple(rung), **fields)

    assert call == decode(HELPLINE, "af", encode(call))


@pytest.mark.parametrize("rung", [(), ("k7",), ("k7", "0", "k7")])
def test_who_was_rung_one_by_one_is_read_without_the_rest(rung: tuple[str, ...]) -> None:
    text = encode(replace(CALL, rung=rung, topic="overdose", recording="RE" + "0" * 32))

    assert rung == rung_one_by_one("?" + text)


def test_the_text_holds_no_words_and_needs_no_encoding_in_a_url() -> None:
    text = encode(replace(CALL, topic="overdose", rung=("k7",), recording="RE" + "0" * 32))

    assert re.fullmatch(r"[A-Za-z0-9.~_-]+", text)
    assert not any(word in text for word in ("main", "more", "overdose", "break"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "m",
        "mffffff",
        "z",
        "s000000",
        "m.q1",
        "l.q1-x",
        "l.tq",
        "c.r~~",
        "l.xRE/../..",
        "l" * 2000,
        "ﬁ",
        "m\n",
    ],
)
def test_text_that_is_no_state_is_refused_and_never_an_accident(text: str) -> None:
    with pytest.raises(UnknownState):
        decode(HELPLINE, "en", text)


@given(st.text(max_size=60))
def test_no_text_at_all_is_an_accident(text: str) -> None:
    try:
        decode(HELPLINE, "en", text)
    except UnknownState:
        return


def test_a_language_that_is_gone_becomes_the_default_one() -> None:
    assert "en" == decode(HELPLINE, "xx", "l").language
