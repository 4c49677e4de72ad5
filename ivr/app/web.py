"""The web application on the parts; nothing in it keeps state of its own."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, redirect

from ivr.app.answering import answer_webhooks
from ivr.app.check_calls import check_desk
from ivr.app.console import console_desk
from ivr.app.desk import desk_of
from ivr.app.figures import State
from ivr.app.parts import Parts
from ivr.app.phone import phone
from ivr.app.promised import callback_desk, missed_desk
from ivr.app.readiness import readiness
from ivr.app.reserve import reserve_for_callers
from ivr.console import add_console
from ivr.sound.nearby import ServedSounds
from ivr.telephony.health import health
from ivr.telephony.media import media
from ivr.telephony.twilio.callbacks import callback_branches
from ivr.telephony.twilio.check_calls import check_branches
from ivr.telephony.twilio.conversation import first_turn
from ivr.telephony.twilio.counsellor_line import line_branches, line_first
from ivr.telephony.twilio.desk import Desk
from ivr.telephony.twilio.legs import LegDesk, leg_branches
from ivr.telephony.twilio.missed import missed
from ivr.telephony.twilio.self_test import SelfTestDesk, self_test
from ivr.telephony.twilio.sms import sms
from ivr.telephony.twilio.studio_line import studio_branches, studio_first
from ivr.telephony.twilio.webhooks import Branches, webhooks


def web(parts: Parts) -> Flask:
    """The Flask application on the parts; nothing in it keeps state of its own."""
    app = Flask("ivr", static_folder=None)
    app.url_map.merge_slashes = False  # else a path with two is sent on, by Host, before anybody is refused
    app.config["MAX_CONTENT_LENGTH"] = 256 * 1024
    _answer_network(app, parts)
    app.register_blueprint(health(lambda: readiness(parts), parts.figures))
    if parts.settings.exchange_mode:
        app.register_blueprint(phone(parts))
        app.add_url_rule("/", "home", lambda: redirect("phone"))
    add_console(app, console_desk(parts))
    parts.figures.also(State(parts))
    app.wsgi_app = reserve_for_callers(app.wsgi_app)  # type: ignore[method-assign, assignment]
    _allow_prefix(app, parts.settings.public_url)
    return app


def _answer_network(app: Flask, parts: Parts) -> None:
    desk = desk_of(parts)
    answer_webhooks(app, webhooks(desk, _branches(parts, desk)), parts.figures.took)
    app.register_blueprint(sms(parts.line.sms(desk.check)))
    sounds = ServedSounds(parts.settings.audio_dir, parts.takes.files)
    app.register_blueprint(media(sounds.find, parts.messages.heard))


def _branches(parts: Parts, desk: Desk) -> Branches:
    line = parts.line.desk(desk.world, parts.messages.lend, parts.promised.callbacks)
    studio, first = parts.studio.desk(desk.world), partial(first_turn, desk)
    legs, callbacks = _leg_desk(parts, desk), callback_desk(parts, desk)
    return Branches(
        firsts=(
            partial(self_test, _self_test_desk(parts, desk)),
            partial(missed, missed_desk(parts)),
            partial(studio_first, studio),
            partial(line_first, line),
        ),
        turns={
            **leg_branches(legs),
            **callback_branches(callbacks),
            **line_branches(line, first),
            **studio_branches(studio, first),
            **check_branches(check_desk(desk, parts.checks)),
        },
    )


def _self_test_desk(parts: Parts, desk: Desk) -> SelfTestDesk:
    def number() -> str:
        return parts.publication.current().content.service.watch.self_test_from

    return SelfTestDesk(number, desk.world, parts.self_test.came_in)


def _leg_desk(parts: Parts, desk: Desk) -> LegDesk:
    return LegDesk(
        urls=desk.urls,
        caller_id=desk.caller_id,
        now=desk.now,
        world=desk.world,
        legs=parts.ringing,
        counted=parts.figures.leg,
    )


def _allow_prefix(app: Flask, public_url: str) -> None:
    # A path arrives decoded, its bytes as Latin-1 (PEP 3333).
    prefix = unquote_to_bytes(urlsplit(public_url).path).decode("latin-1")
    if prefix:
        routes = app.url_map.bind("")
        app.wsgi_app = _without_prefix(app.wsgi_app, prefix, routes.test)  # type: ignore[method-assign]


def _without_prefix(
    inner: Callable[..., Any], prefix: str, ours: Callable[[str], bool]
) -> Callable[..., Any]:
    """A proxy may strip the path of PUBLIC_URL or leave it, even one that is called as our routes are."""

    def outer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        path = environ.get("PATH_INFO", "")
        if path.startswith(f"{prefix}/") and ours(path[len(prefix) :]):
            environ = {**environ, "PATH_INFO": path[len(prefix) :], "SCRIPT_NAME": prefix}
        return inner(environ, start_response)

    return outer
