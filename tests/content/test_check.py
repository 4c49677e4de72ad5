"""The proof of the flow: what it finds in spoilt menus, and that it finds nothing in the shipped ones."""

from collections.abc import Mapping
from dataclasses import replace
from time import process_time

import pytest

from ivr.content import Content, Problem
from ivr.content.check import MOMENT, _small, check, silent_circle, walk_problems
from ivr.flow.call import Call, Kind, Place
from ivr.flow.helpline import Choice, Helpline, Menu, Segment
from ivr.flow.turns import Gather, Turn
from ivr.flow.walk import Step, Walk, walk
from ivr.flow.words import PART_SECONDS
from tests.content.conftest import Folder
from tests.flow.cast import HELPLINE

OVERDOSE = Segment("overdose", ("overdose.signs",))


def menu(name: str, *targets: str) -> Menu:
    return Menu(name, tuple(Choice(str(n), target, f"{name}.{n}") for n, target in enumerate(targets, 1)))


def content_of(*menus: Menu, segments: tuple[Segment, ...] = ()) -> Content:
    """Content with these menus, the first of them the main one, and nothing to say."""
    names = {each.id: each for each in (OVERDOSE, *segments)}
    tree = replace(HELPLINE, main=menus[0].id, menus={each.id: each for each in menus}, segments=names)
    return Content(tree, {}, {})


def short(prompt: str, language: str) -> float:
    """Sounds of one second."""
    del prompt, language
    return 1.0


def simply(content: Content, segment: Segment = OVERDOSE) -> Content:
    """The same words under the simplest menu, which is walked in no time."""
    simple = content_of(menu("main", segment.id)).helpline
    return replace(content, helpline=replace(simple, segments={segment.id: segment}))


class Lengths:
    """Sounds of one second, but for some."""

    def __init__(self, longer: Mapping[tuple[str, str], float]) -> None:
        self.longer = longer

    def __call__(self, prompt: str, language: str) -> float | None:
        return self.longer.get((prompt, language), 1.0)


def found(content: Content) -> list[str]:
    return [str(each) for each in check(content, short) if not each.warning]


@pytest.mark.slow
def test_the_shipped_menus_and_words_have_no_problem(shipped: Content) -> None:
    assert [] == found(shipped)


def test_a_segment_that_nobody_reaches_is_named() -> None:
    content = content_of(menu("main", "overdose"), segments=(Segment("lost", ("lost.one",)),))

    assert ["helpline.toml: lost: no caller can get here; let a choice lead to it, or remove it"] == found(
        content
    )


def test_menus_that_only_lead_to_each_other_are_named() -> None:
    content = content_of(menu("main", "overdose"), menu("one", "two"), menu("two", "one"))

    assert ["one", "two"] == [each.key for each in check(content, short)]


def test_the_emergency_is_reached_even_when_no_choice_leads_there() -> None:
    assert [] == found(content_of(menu("main", "message")))


def test_a_fourth_level_of_menus_is_named() -> None:
    content = content_of(
        menu("main", "one"), menu("one", "two"), menu("two", "three"), menu("three", "overdose")
    )

    assert ["helpline.toml: three: this menu is deeper than 3; move it up"] == found(content)


def test_three_levels_are_allowed() -> None:
    assert [] == found(content_of(menu("main", "one"), menu("one", "two"), menu("two", "overdose")))


@pytest.mark.parametrize(
    "menus",
    [
        (menu("main", "main", "overdose"),),
        (menu("main", "one"), menu("one", "main")),
        (menu("main", "one", "two"), menu("one", "two"), menu("two", "one")),
    ],
)
def test_menus_that_lead_back_hold_nobody(menus: tuple[Menu, ...]) -> None:
    content = content_of(*menus)

    assert [] == found(content)


def test_menus_that_all_lead_to_each_other_are_refused_at_once() -> None:
    names = [f"m{n}" for n in range(12)]
    menus = [menu(name, *(names[(n + step) % 12] for step in range(1, 6))) for n, name in enumerate(names)]
    began = process_time()

    assert [
        "helpline.toml: m0: there are more than 40 ways through the menus; take out choices that lead back"
    ] == [each for each in found(content_of(*menus)) if "deeper" not in each]
    assert 1 > process_time() - began


def test_patience_and_many_languages_do_not_make_the_proof_long() -> None:
    limits = replace(HELPLINE.limits, silences=5, wrong_keys=9)
    patient = replace(HELPLINE, languages=tuple(f"l{n}" for n in range(20)), limits=limits)
    began = process_time()

    assert [] == found(Content(patient, {}, {}))
    assert 8 > process_time() - began


@pytest.mark.parametrize("after", ["counsellor", "message", "goodbye"])
def test_silence_comes_to_an_end_whatever_follows_it(after: str) -> None:
    content = content_of(menu("main", "overdose"))

    assert [] == found(replace(content, helpline=replace(content.helpline, after_silence=after)))


def test_a_prompt_over_its_seconds_is_named_with_both_numbers(shipped: Content) -> None:
    problems = check(simply(shipped), Lengths({("main.stopping", "af"): 8.04, ("welcome", "sw"): 4.2}))

    assert ["sw.toml: welcome: takes 4.2 s; at most 4 s: shorten it"] == [
        str(each) for each in problems if each.key == "welcome"
    ]
    assert {("af.toml", "main.stopping"), ("sw.toml", "welcome")} == {
        (each.file, each.key) for each in problems if not each.warning
    }


def test_a_prompt_of_exactly_its_seconds_is_fine(shipped: Content) -> None:
    assert all(each.warning for each in check(simply(shipped), Lengths({("overdose.signs", "en"): 15.0})))


def test_a_segment_over_forty_five_seconds_is_named(shipped: Content) -> None:
    parts = ("overdose.signs", "overdose.emergency", "overdose.naloxone", "overdose.breathing")
    long = simply(shipped, Segment("overdose", (*parts, "overdose.never")))
    problems = check(long, Lengths({(part, "en"): 15.0 for part in parts}))

    assert 15 == PART_SECONDS
    assert ["en.toml: overdose: its prompts take 61.0 s together; at most 45 s"] == [
        str(each) for each in problems if not each.warning
    ]


def test_words_that_a_fallback_must_speak_are_a_problem(folder: Folder) -> None:
    folder.edit("af.toml", '["overdose.emergency"]', '["overdose.emergenzy"]')

    assert ["overdose.emergency", "overdose.emergenzy"] == [
        each.key for each in check(simply(folder.load()), short) if not each.warning
    ]


def test_a_language_that_nobody_has_reviewed_is_a_warning_only(folder: Folder) -> None:
    folder.edit("en.toml", 'reviewed_by = ""', 'reviewed_by = "N. Dlamini"')
    content = simply(folder.load())

    assert {("af.toml", True), ("sw.toml", True), ("zu.toml", True)} == {
        (each.file, each.warning) for each in check(content, short)
    }


def test_warnings_come_last() -> None:
    one, two = Problem("b.toml", 1, "", "x", warning=True), Problem("c.toml", 1, "", "y")
    content = replace(content_of(menu("main", "overdose")), remarks=(one, two))

    assert (two, one) == check(content, short)


HERE, THERE, ON = (Call("en", Place(Kind.MENU, name)) for name in ("here", "there", "on"))


def test_a_silent_circle_is_named_without_what_leads_to_it_or_on_from_it() -> None:
    start, end = Call("en", Place(Kind.LANGUAGE)), Call("en", Place(Kind.GOODBYE))
    steps = [(start, HERE), (HERE, THERE), (THERE, HERE), (THERE, ON), (ON, end)]

    assert {HERE, THERE} == set(silent_circle([Step(a, "TimedOut", b, silent=True) for a, b in steps]))


def test_a_circle_that_takes_a_key_is_none() -> None:
    steps = [Step(HERE, "TimedOut", THERE, silent=True), Step(THERE, "1", HERE, silent=False)]

    assert () == silent_circle(steps)


def test_a_place_without_a_way_on_or_without_the_keys_of_everywhere_is_named() -> None:
    asked = Turn((), Gather(5))
    walked = Walk({HERE: asked, THERE: asked}, [Step(HERE, key, HERE, silent=False) for key in "09*"])

    assert {"there is no way on from here", "not every key works here that must work everywhere"} == {
        each.message for each in walk_problems(walked)
    }
    assert {"there"} == {each.key for each in walk_problems(walked)}


def test_a_place_of_silence_for_ever_is_named() -> None:
    walked = Walk({}, [Step(HERE, "TimedOut", HERE, silent=True)])

    assert ["helpline.toml: here: a caller who does nothing comes back here for ever"] == [
        str(each) for each in walk_problems(walked)
    ]


def places(helpline: Helpline) -> set[Place]:
    return {call.place for call in walk(helpline, MOMENT).turns}


def test_what_the_proof_leaves_out_hides_no_place() -> None:
    helpline = content_of(menu("main", "one"), menu("one", "overdose", "message")).helpline

    assert places(helpline) == places(_small(helpline))
