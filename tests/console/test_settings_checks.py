"""What the settings check finds: for every fact that can be wrong, what is said and what to do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ivr.console.settings_checks import checks
from ivr.console.settings_facts import Check, Facts, Level, Voice

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
ENGLISH = Voice("English", True, False, True, 0, 0, "Naledi")
ZULU = Voice("isiZulu", True, False, False, 0, 0, "Themba")
GOOD = Facts(
    at=AT,
    exchange_mode=False,
    public_url="https://helpline.example",
    fallback_url="https://elsewhere.example/fallback.xml",
    fallback_number=True,
    number=(),
    voices=(ENGLISH, ZULU),
    counsellors=("Thandi", "Sipho"),
    told_by_sms=1,
    administrators=("Naledi", "Themba"),
    backed_up=AT - timedelta(hours=12),
    greeted=AT - timedelta(days=1),
    purged=AT - timedelta(days=1),
)


def found(name: str, **facts: Any) -> Check:
    return next(each for each in checks(replace(GOOD, **facts)) if each.name == name)


def test_where_nothing_is_missing_everything_is_well() -> None:
    assert {Level.OK} == {each.level for each in checks(GOOD)}


def test_what_is_not_well_says_what_to_do_about_it() -> None:
    bare = Facts(AT, True, "http://127.0.0.1:5000", "", False, voices=(replace(ENGLISH, missing=3),))

    assert [] == [each for each in checks(bare) if bool(each.todo) == (each.level is Level.OK)]


@pytest.mark.parametrize(
    ("name", "facts", "level", "told"),
    [
        ("Telephone network", {"exchange_mode": True}, Level.MISSING, "No account"),
        ("Address", {"public_url": "http://127.0.0.1:5000"}, Level.MISSING, "127.0.0.1"),
        ("Address", {"public_url": "http://helpline.example"}, Level.MISSING, "http://helpline.example"),
        ("The number's webhooks", {"number": None}, Level.WARNING, "being asked"),
        ("The number's webhooks", {"number": ("VoiceUrl: (empty) → x",)}, Level.MISSING, "VoiceUrl"),
        ("The number's webhooks", {"number_problem": "refused"}, Level.WARNING, "refused"),
        ("When this server is gone", {"fallback_url": ""}, Level.MISSING, "cut off"),
        (
            "When this server is gone",
            {"fallback_url": "https://helpline.example/x"},
            Level.MISSING,
            "on this server",
        ),
        ("Fallback number", {"fallback_number": False}, Level.WARNING, "no last phone"),
        ("A call that was heard", {"greeted": None}, Level.WARNING, "Nobody"),
        ("Sound", {"remark": "the content on disk cannot be used"}, Level.WARNING, "The content"),
        ("Counsellors", {"counsellors": ()}, Level.MISSING, "none"),
        ("Counsellors' phones", {"untested": ("Sipho",)}, Level.WARNING, "Sipho"),
        ("Numbers abroad", {"never_rung": ("Sipho",)}, Level.MISSING, "Sipho"),
        ("Roster", {"gaps": ((AT, AT + timedelta(hours=3)),)}, Level.WARNING, "3 h, first on Mon 05 Jan"),
        ("Roster", {"gaps": ((AT, AT + timedelta(days=7)),)}, Level.MISSING, "Nobody is on duty"),
        ("Calendar", {"calendar_problems": ("calendar 1 has a problem",)}, Level.WARNING, "calendar 1"),
        ("Telling staff", {"told_by_sms": 0}, Level.WARNING, "Nobody is told"),
        ("Telling staff", {"told_by_mail": 2}, Level.MISSING, "no way for it"),
        ("Administrators", {"administrators": ("Naledi",)}, Level.WARNING, "one administrator"),
        ("Administrators", {"administrators": ()}, Level.WARNING, "There is no administrator"),
        ("Administrators' codes", {"without_codes": ("Naledi",)}, Level.WARNING, "Naledi"),
        ("Secret key", {"shared_database": True}, Level.WARNING, "enough for one machine"),
        ("Backup", {"backed_up": None}, Level.WARNING, "None is known of"),
        ("Backup", {"backed_up": AT - timedelta(days=3)}, Level.WARNING, "none since 02 Jan 2026"),
        ("Space on the disk", {"space": 900_000_000}, Level.WARNING, "900 MB"),
        ("Space on the disk", {"space": 40_000_000}, Level.MISSING, "40 MB"),
        ("Retention", {"old_messages": 4}, Level.WARNING, "4 promises"),
        ("Retention", {"purged": None}, Level.WARNING, "ever"),
        ("Retention", {"purged": AT - timedelta(days=3)}, Level.WARNING, "since 02 Jan 2026"),
    ],
)
def test_what_is_wrong_is_found(name: str, facts: dict[str, Any], level: Level, told: str) -> None:
    check = found(name, **facts)

    assert level is check.level
    assert told in check.told
    assert check.todo


@pytest.mark.parametrize(
    ("changed", "level", "told"),
    [
        (
            {"missing": 2, "offered": False},
            Level.WARNING,
            "2 prompts without sound, so as it stands it is not offered.",
        ),
        ({"missing": 2, "default": True}, Level.MISSING, "2 prompts without sound."),
        ({"stale": 5}, Level.WARNING, "5 recordings of other words."),
        ({"reviewed_by": ""}, Level.WARNING, "Nobody who speaks it has reviewed the words."),
        ({"withdrawn": True, "missing": 2}, Level.WARNING, "Withdrawn: callers are not offered it."),
        (
            {"missing": 1, "default": True, "reviewed_by": ""},
            Level.MISSING,
            "1 prompt without sound; nobody who speaks it has reviewed the words.",
        ),
    ],
)
def test_a_language_is_as_bad_as_the_worst_of_it(changed: dict[str, Any], level: Level, told: str) -> None:
    check = found("Sound: isiZulu", voices=(ENGLISH, replace(ZULU, **changed)))

    assert (level, told) == (check.level, check.told)


def test_what_to_do_about_a_language_is_told_in_whole_sentences() -> None:
    todo = found("Sound: isiZulu", voices=(replace(ZULU, missing=2, stale=1),)).todo

    assert "ivr audio build. Record them anew" in todo


def test_a_language_that_no_engine_speaks_is_only_to_be_recorded() -> None:
    todo = found("Sound: isiZulu", voices=(replace(ZULU, missing=2, only_recorded=True),)).todo

    assert "Record them in the studio." == todo


def test_on_our_own_exchange_no_number_has_webhooks() -> None:
    names = [each.name for each in checks(replace(GOOD, exchange_mode=True, number=None))]

    assert "The number's webhooks" not in names


def test_of_many_names_the_first_are_told() -> None:
    names = tuple(f"N{n}" for n in range(200))

    assert "N9, and 190 more." in found("Counsellors' phones", untested=names).told


def test_e_mail_with_a_server_and_sms_alike_are_well() -> None:
    assert Level.OK is found("Telling staff", told_by_mail=2, mail_server=True).level


def test_several_machines_with_one_key_are_well() -> None:
    assert Level.OK is found("Secret key", shared_database=True, secret_key=True).level
