"""The first page: what waits for whoever is signed in."""

from dataclasses import dataclass

from ivr.console.desk import Desk
from ivr.console.pages import Pages, page
from ivr.console.rules import SIGNED_IN


def add_pages(pages: Pages, desk: Desk) -> None:
    """Add the first page."""
    pages.add("/", Home(desk).home, may=SIGNED_IN, menu="Today")


@dataclass(frozen=True, slots=True)
class Home:
    """The page, on the desk."""

    desk: Desk

    def home(self) -> str:
        """Who is on duty, and what waits."""
        return page("home.html")
