"""The staff's pages under /staff: rendered on the server, for everybody with an account and a role."""

from collections.abc import Callable

from flask import Blueprint, Flask

from ivr.console import (
    account,
    account_codes,
    announcements,
    audit_page,
    calls,
    counsellors,
    home,
    invitation,
    people,
    promises,
    roster,
    settings_check,
    sign_in,
    studio,
)
from ivr.console.calendar_link import calendar_link
from ivr.console.cookies import set_cookies
from ivr.console.desk import Desk
from ivr.console.pages import CSRF, Pages
from ivr.console.sessions import login_manager

SUBJECTS: tuple[Callable[[Pages, Desk], None], ...] = (
    home.add_pages,
    account.add_pages,
    account_codes.add_pages,
    sign_in.add_pages,
    invitation.add_pages,
    studio.add_pages,
    announcements.add_pages,
    promises.add_pages,
    roster.add_pages,
    counsellors.add_pages,
    calls.add_pages,
    people.add_pages,
    audit_page.add_pages,
    settings_check.add_pages,
)
"""Every subject adds its own pages; their order is the menu's."""


def add_console(app: Flask, desk: Desk) -> None:
    """Serve the staff's pages from the application: sign-in, sessions and forms apply to them alone."""
    set_cookies(app, desk)
    CSRF.init_app(app)
    login_manager(desk).init_app(app)
    app.register_blueprint(console(desk))
    app.register_blueprint(calendar_link(desk))


def console(desk: Desk) -> Blueprint:
    """The blueprint at /staff with the pages of every subject."""
    pages = Pages(desk)
    for add_pages in SUBJECTS:
        add_pages(pages, desk)
    return pages.blueprint
