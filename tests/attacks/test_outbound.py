"""Nothing leaves for a number abroad or a dear one: every way out is known, and each is tried."""

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import ivr
from ivr.app.outbound import tolls_now
from ivr.app.ringing import calls_of
from ivr.app.telling import Texting
from ivr.telephony.twilio.rest_calls import BadNumberError
from ivr.telephony.twilio.rest_texts import NotTextableError
from tests.app.people import THANDI, OnDuty
from tests.app.stage import Stage, make_stage, onward

PACKAGE = Path(ivr.__file__).parent
#: Where numbers leave, and what has asked the tolls of them before; a way out that is not here fails below.
WAYS_OUT = {
    "telephony/twilio/rest_calls.py place": "it asks itself",
    "telephony/twilio/rest_texts.py send_sms": "it asks itself",
    "telephony/twilio/twiml.py _ringing": "only people of helpline_of, which asks",
    "telephony/twilio/trouble.py last_resort": "only people of helpline_of, which asks",
    "telephony/twilio/callbacks.py _dial": "CallBacks.takes asks",
    "telephony/twilio/counsellor_line.py _ringing": "CallBacks.takes asks",
    "telephony/twilio/fallback.py document": "allowed_fallback asks, in `ivr twilio fallback`",
}
#: What a number can leave by: a verb of TwiML, a path of the REST API, a method of the provider's client.
OF_TEXT = ("<Number", "<Sip", "<Client", "<Refer", "<Message", "<Sms")
OF_REST = {"Calls.json", "Messages.json", "Participants.json"}
ABROAD, DEAR = "+442071838750", "+19005550100"


def ways_out() -> Iterator[str]:
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE).as_posix()
        if place.startswith("telephony/exchange/") or place == "telephony/twilio/verbs.py":
            continue  # the network itself; what only writes the verb that it is handed
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef) and any(map(_leaves, ast.walk(function))):
                yield f"{place} {function.name}"


def _leaves(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value in OF_REST or node.value.startswith(OF_TEXT)
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    return called in {"verbs.number", "number"} or called.endswith((".calls.create", ".messages.create"))


def test_every_way_out_is_known_and_asks() -> None:
    assert sorted(WAYS_OUT) == sorted(ways_out())


def test_only_one_function_writes_a_number_into_a_document() -> None:
    tree = ast.parse((PACKAGE / "telephony/twilio/verbs.py").read_text("utf-8"))
    functions = (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef))
    writes = [
        function.name
        for function in functions
        for each in ast.walk(function)
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value.startswith(OF_TEXT)
    ]

    assert ["number"] == writes


@pytest.fixture
def prompts(tmp_path: Path, audio: Path) -> Path:
    """The shipped words, with a fallback number that may not be rung."""
    folder = tmp_path / "prompts"
    shutil.copytree(audio.parent / "prompts", folder)
    toml = folder / "helpline.toml"
    text = toml.read_text("utf-8").replace('fallback_number = ""', f'fallback_number = "{ABROAD}"')
    toml.write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize("phone", [ABROAD, DEAR])
@pytest.mark.parametrize("queue", [True, False])
def test_a_counsellor_who_was_stored_with_such_a_phone_is_not_rung_and_the_next_is(
    tmp_path: Path, audio: Path, database: Path, phone: str, *, queue: bool
) -> None:
    people = (OnDuty("Mallory", phone, ("af", "en"), priority=1), THANDI)
    stage = make_stage(tmp_path, audio, database, people=people, queue=queue)

    assert [THANDI.phone] == (rung_over_rest(stage) if queue else dialled(stage))


def test_a_fallback_number_abroad_is_not_rung(
    tmp_path: Path, audio: Path, database: Path, prompts: Path
) -> None:
    environ = {"PROMPTS_DIR": str(prompts)}
    stage = make_stage(tmp_path, audio, database, queue=False, environ=environ)

    assert [] == dialled(stage)


def test_a_country_that_is_allowed_is_rung(
    tmp_path: Path, audio: Path, database: Path, prompts: Path
) -> None:
    allow(prompts, "GB")
    environ = {"PROMPTS_DIR": str(prompts)}
    stage = make_stage(tmp_path, audio, database, queue=False, environ=environ)

    assert [ABROAD] == dialled(stage)


@pytest.mark.parametrize("phone", [ABROAD, DEAR])
def test_neither_a_call_nor_a_text_leaves_over_rest(
    tmp_path: Path, audio: Path, database: Path, phone: str
) -> None:
    parts = make_stage(tmp_path, audio, database).parts
    rest = calls_of(parts.settings, parts.account, parts.publication)

    with pytest.raises(BadNumberError):
        rest.place(phone, "https://a.example", "https://b.example", 20)
    with pytest.raises(NotTextableError):
        Texting(parts.settings, parts.account, parts.publication).send_sms(phone, "x")


def test_what_is_allowed_is_what_the_words_say_now(
    tmp_path: Path, audio: Path, database: Path, prompts: Path
) -> None:
    environ = {"PROMPTS_DIR": str(prompts)}
    parts = make_stage(tmp_path, audio, database, environ=environ).parts
    before = tolls_now(parts.settings, parts.publication).allow(ABROAD)
    allow(prompts, "GB")
    parts.publication.refresh()

    assert (False, True) == (before, tolls_now(parts.settings, parts.publication).allow(ABROAD))


def allow(prompts: Path, country: str) -> None:
    toml = prompts / "helpline.toml"
    text = toml.read_text("utf-8").replace("countries = []", f'countries = ["{country}"]', 1)
    toml.write_text(text, "utf-8")


def dialled(stage: Stage) -> list[str | None]:
    """Whom Dial names, one after the other, until the plan is at its end."""
    document, found = stage.document("/voice/af/g/l", Digits="0"), []
    while numbers := [each.text for each in document.iter("Number")]:
        found += numbers
        document = stage.document(_after(document), DialCallStatus="no-answer")
        if len(found) > len(set(found)):
            return found[:-1]
    return found


def _after(document: ET.Element) -> str:
    return next(each.attrib["action"] for each in document.iter("Dial"))


def rung_over_rest(stage: Stage) -> list[str]:
    """Whom the network is asked to ring while a caller waits."""
    document = stage.document("/voice/af/g/l", Digits="0")
    waiting = next(each.attrib["waitUrl"] for each in document.iter("Enqueue"))
    for _ in range(3):
        document = stage.document(waiting)
        stage.background()
        waiting = onward(document)
    return list(dict.fromkeys(stage.rest.rung()))
