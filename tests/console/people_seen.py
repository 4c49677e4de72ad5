"""Accounts as an administrator makes them, and as those who have them use them."""

import re

from ivr.storage.accounts import Account, list_accounts
from ivr.storage.engine import reading
from tests.console.staging import ConsoleStage, Visitor

OTHER = "four quiet harbours"


def stored(stage: ConsoleStage, login: str) -> Account:
    with reading(stage.engine) as connection:
        return next(each for each in list_accounts(connection) if each.login == login)


def link_in(text: str) -> str:
    """The path of the link on the page."""
    found = re.search(r'value="https://helpline\.example(/staff/invitation/[\w-]+)"', text)
    assert found, text
    return found[1]


def add(boss: Visitor, **fields: object) -> str:
    values = {"name": "Sipho", "login": "sipho", "language": "zu", "roles": ["recorder"], **fields}
    return link_in(boss.post("/staff/people/new", **values).text)


def accept(visitor: Visitor, link: str, password: str = OTHER) -> int:
    return visitor.post(link, password=password, again=password).status_code


def is_in(visitor: Visitor) -> bool:
    return visitor.get("/staff/account").status_code == 200


def can_sign_in(stage: ConsoleStage, login: str, password: str) -> bool:
    return stage.visitor().post("/staff/sign-in", login=login, password=password).status_code == 303
