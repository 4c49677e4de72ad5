"""`ivr explain` for URLs of the recording line."""

from pathlib import Path

import pytest

from ivr.cli.explain_studio import studio_lines
from ivr.content import load
from ivr.flow.codec import UnknownState
from ivr.flow.studio_codec import encode_studio
from ivr.flow.studio_line_state import Item, Spot, StudioCall

CONTENT = load(Path(__file__).parents[2] / "prompts")


def test_a_state_of_the_line_is_told_in_words() -> None:
    number = CONTENT.prompts["zu"]["welcome"].number
    item = Item(number, "0a1b2c3d4e", 4)
    call = StudioCall("en", False, 7, spot=Spot.REVIEW, records="zu", item=item, take=12, findings=("quiet",))
    lines = studio_lines(CONTENT, "en", "A", encode_studio(call))

    assert "somebody who records was asked for keys" == lines["what happened"]
    assert ("zu", f"{number} welcome", 12, "quiet") == tuple(
        lines[name] for name in ("language recorded", "prompt", "draft", "found in it")
    )


def test_the_way_to_the_line_is_told() -> None:
    assert "star twice" in str(studio_lines(CONTENT, "en", "D", "in")["what happened"])


def test_what_is_no_state_is_refused() -> None:
    with pytest.raises(UnknownState):
        studio_lines(CONTENT, "en", "A", "zzz")
