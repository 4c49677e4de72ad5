"""Phones on the page, and what is in a call with them."""

from typing import Any

from playwright.sync_api import Locator, Page

CALLER = "+12025550142"
HELPLINE = "+12025550100"


def phone(page: Page, name: str = "Caller") -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def in_a_call(exchange: Any, number: str = CALLER) -> None:
    exchange.tell(number, {"is": "calling", "to": HELPLINE}, {"is": "answered"})
