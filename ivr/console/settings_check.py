"""/staff/settings: what is missing for going live, and "call me now"."""

from dataclasses import dataclass

from flask import flash, request
from werkzeug.wrappers import Response

from ivr.console.asked import whole
from ivr.console.desk import Desk
from ivr.console.pages import Pages, by, page, see
from ivr.console.rules import ADMINISTRATORS
from ivr.console.settings_checks import checks
from ivr.console.settings_facts import Level
from ivr.console.settings_gathered import gather
from ivr.jobs.check_calls import NotRungError
from ivr.settings import is_e164
from ivr.storage.check_calls import WELCOME


def add_pages(pages: Pages, desk: Desk) -> None:
    """The settings check, for administrators."""
    views = SettingsCheck(desk)
    pages.add("/settings", views.settings, may=ADMINISTRATORS, menu="Settings")
    pages.add("/settings/call", views.settings_call, may=ADMINISTRATORS, methods=("POST",))


@dataclass(frozen=True, slots=True)
class SettingsCheck:
    """The page, on the desk."""

    desk: Desk

    def settings(self) -> str:
        """Everything that was looked at, the worst first; and the last call that was asked for here."""
        found = checks(gather(self.desk))
        by_level = {level: [each for each in found if each.level is level] for level in reversed(Level)}
        return page(
            "settings/settings.html",
            by_level=by_level,
            level=Level,
            check=self.desk.checks.state(request.args.get("check", 0, type=whole)),
            languages=self._languages(),
        )

    def settings_call(self) -> Response:
        """Ring the phone that was written down, and let it hear what callers hear first."""
        number = "".join(request.form.get("number", "").split())
        language = request.form.get("language", "")
        spoken = language if language in self._languages() else next(iter(self._languages()))
        if not is_e164(number):
            flash("Not rung: write the number with + and country code, as +27105550100.", "error")
            return see("settings")
        try:
            check = self.desk.checks.ring(number, WELCOME, spoken, "", by())
        except NotRungError as error:
            flash(f"Not rung: {error}.", "error")
            return see("settings")
        return see("settings", check=check, _anchor="call")

    def _languages(self) -> dict[str, str]:
        published = self.desk.published()
        languages = published.content.languages
        return {code: languages[code].name or code for code in published.helpline.languages}
