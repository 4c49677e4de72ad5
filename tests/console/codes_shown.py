"""Signing in with a password, and with the codes of a telephone."""

import re
from html import unescape

import pyotp

from tests.console.staging import PASSWORD, ConsoleStage, Visitor

OTHER = "four quiet harbours"


def sign_in(visitor: Visitor, password: str = PASSWORD) -> int:
    return visitor.post("/staff/sign-in", login="thandi", password=password).status_code


def is_in(visitor: Visitor) -> bool:
    return visitor.get("/staff/account").status_code == 200


def authenticator(thandi: Visitor) -> pyotp.TOTP:
    """An app that has read the picture on the page."""
    found = re.search(r'href="(otpauth://[^"]+)"', thandi.get("/staff/account/codes").text)
    assert found
    app = pyotp.parse_uri(unescape(found[1]))
    assert isinstance(app, pyotp.TOTP)
    return app


def switch_on(stage: ConsoleStage, thandi: Visitor) -> tuple[pyotp.TOTP, list[str]]:
    """The app, and the recovery codes."""
    app = authenticator(thandi)
    answer = thandi.post("/staff/account/codes", code=app.at(stage.clock()), password=PASSWORD)
    stage.clock.passes(seconds=60)
    return app, re.findall(r"<code>(\w{5}-\w{5})</code>", answer.text)
