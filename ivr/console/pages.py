"""The console's routes: each is added with who may use it, and nothing else is served under /staff.

    pages.add("/roster", roster.week, may=ROTA_KEEPERS, menu="Roster")

A view returns a page, a redirect or a Response; it is asked only after the rule allowed it, and a POST only
with the form's token.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Response as BaseResponse

from ivr.console.asked import is_beyond, is_storable
from ivr.console.desk import Desk
from ivr.console.headers import guard
from ivr.console.rules import ANYBODY, Rule
from ivr.console.times import filters
from ivr.console.trouble import AWAY, told
from ivr.storage.accounts import Account

CSRF = CSRFProtect()
LARGEST = 64 << 10  # bytes of a form
NOT_TAKEN = (
    "You are signed out, so what you sent was not taken. Sign in, go back to its page, and send it again."
)
View = Callable[..., str | BaseResponse | tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu."""

    label: str
    endpoint: str
    rule: Rule


class Pages:
    """Adds views to the blueprint; `rules` says for every endpoint who may use it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.blueprint = Blueprint(
            "staff", __name__, url_prefix="/staff", template_folder="templates", static_folder="static"
        )
        self.rules: dict[str, Rule] = {"staff.static": ANYBODY}
        self._largest: dict[str, int] = {}
        self._menu: list[Entry] = []
        self.blueprint.before_request(self._admit)
        self.blueprint.after_request(guard)
        self.blueprint.context_processor(self._context)
        self.blueprint.register_error_handler(HTTPException, told)
        for each in AWAY:
            self.blueprint.register_error_handler(each, told)
        for name, told_as in filters(desk).items():
            self.blueprint.add_app_template_filter(told_as, name)
        self.blueprint.record(lambda state: state.app.extensions.__setitem__("console_rules", self.rules))
        self.add("/<path:rest>", _nowhere, may=ANYBODY, methods=("GET", "POST"), name="nowhere")

    def add(
        self,
        path: str,
        view: View,
        *,
        may: Rule,
        methods: Sequence[str] = ("GET",),
        name: str | None = None,
        menu: str | None = None,
        largest: int = LARGEST,
    ) -> None:
        """Serve `view` at `path` under /staff to those who may; `menu`: its label there, `largest`: bytes."""
        short = name or view.__name__
        endpoint = f"staff.{short}"
        self.rules[endpoint], self._largest[endpoint] = may, largest
        if menu:
            self._menu.append(Entry(menu, endpoint, may))
        self.blueprint.add_url_rule(path, short, view, methods=list(methods))

    def _admit(self) -> BaseResponse | None:
        endpoint = request.endpoint or ""
        rule = self.rules.get(endpoint)
        if rule is None:
            abort(403)  # a route that did not come through `add`
        request.max_content_length = self._largest.get(endpoint, LARGEST)
        # Who asks is looked up in storage: not for what anybody may see.
        if not rule.anybody and not rule.allows(account := who()):
            return _to_sign_in() if account is None else abort(403)
        if is_beyond(request):
            abort(404)
        if not is_storable(request):
            abort(400)
        if request.method not in {"GET", "HEAD", "OPTIONS"}:
            CSRF.protect()
        return None

    def _context(self) -> dict[str, Any]:
        account = who()
        shown = [each for each in self._menu if account and each.rule.allows(account)]
        return {
            "menu": shown,
            "account": account,
            "here": _here(shown),
            "helpline": self._desk.published().content.helpline.name,
            "csrf": csrf,
        }


def who() -> Account | None:
    """Who is signed in."""
    return current_user.account if current_user and current_user.is_authenticated else None


def by() -> str:
    """The name under which a change is noted; only where somebody is signed in."""
    account = who()
    if account is None:
        abort(401)
    return account.name


def csrf() -> Markup:
    """The form's token, for a form that is only a button."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def page(template: str, **values: Any) -> str:
    """The page, with its menu."""
    return render_template(template, **values)


def see(endpoint: str, **values: Any) -> BaseResponse:
    """After a change: look at that page (303), so that loading it again changes nothing again."""
    return redirect(url_for(f"staff.{endpoint}", **values), 303)


def csv(name: str, lines: Any) -> Response:
    """A table to download, line by line."""
    answer = Response(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _to_sign_in() -> BaseResponse:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    if request.method == "POST":
        flash(NOT_TAKEN, "warning")
    return redirect(url_for("staff.sign_in", next=wanted), 303)


def _here(shown: Sequence[Entry]) -> str:
    """The entry of the menu under whose address this one is."""
    home = url_for("staff.home")
    places = {each.endpoint: url_for(each.endpoint) for each in shown}
    found = [name for name, at in places.items() if request.path == at or _is_below(at, home)]
    return max(found, key=lambda name: len(places[name]), default="")


def _is_below(place: str, home: str) -> bool:
    return place != home and request.path.startswith(f"{place}/")


def _nowhere(rest: str) -> str:
    raise NotFound(rest)
