"""The web application on the parts; nothing in it keeps state of its own."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, redirect

from ivr.app.answering import answer_webhooks
from ivr.app.check_calls import check_desk
from ivr.app.console import console_desk
from ivr.app.figures import State
from ivr.app.parts import Parts
from ivr.app.promised import callback_desk, missed_desk
from ivr.app.readiness import readiness
from ivr.app.world import LatestWorld
from ivr.console import add_console
from ivr.flow.turns import CallBackAsked, MessageLeft
from ivr.jobs.studio_recordings import TASK as STUDIO_RECORDINGS
from ivr.journal.promises import NotKeptError
from ivr.privacy import hashed
from ivr.sound.nearby import ServedSounds
from ivr.telephony.exchange.address import read_address
from ivr.telephony.exchange.page import ExchangeAddress, Words, phone_blueprint
from ivr.telephony.health import health
from ivr.telephony.media import media
from ivr.telephony.twilio.callbacks import callback_branches
from ivr.telephony.twilio.check_calls import check_branches
from ivr.telephony.twilio.conversation import first_turn
from ivr.telephony.twilio.counsellor_line import line_branches, line_first
from ivr.telephony.twilio.desk import Desk, PromiseNotKeptError
from ivr.telephony.twilio.legs import LegDesk, leg_branches
from ivr.telephony.twilio.missed import missed
from ivr.telephony.twilio.self_test import SelfTestDesk, self_test
from ivr.telephony.twilio.signature import SignatureCheck
from ivr.telephony.twilio.sms import sms
from ivr.telephony.twilio.studio_line import studio_branches, studio_first
from ivr.telephony.twilio.urls import Urls
from ivr.telephony.twilio.webhooks import Branches, webhooks


def web(parts: Parts) -> Flask:
    """The Flask application on the parts; nothing in it keeps state of its own."""
    app = Flask("ivr", static_folder=None)
    app.url_map.merge_slashes = False  # else a path with two is sent on, by Host, before anybody is refused
    app.config["MAX_CONTENT_LENGTH"] = 256 * 1024
    desk = _desk(parts)
    answer_webhooks(app, webhooks(desk, _branches(parts, desk)), parts.figures.took)
    app.register_blueprint(sms(parts.line.sms(desk.check)))
    sounds = ServedSounds(parts.settings.audio_dir, parts.takes.files)
    app.register_blueprint(media(sounds.find, parts.messages.heard))
    app.register_blueprint(health(lambda: readiness(parts), parts.figures))
    if parts.settings.exchange_mode:
        app.register_blueprint(_phone(parts))
        app.add_url_rule("/", "home", lambda: redirect("phone"))
    add_console(app, console_desk(parts))
    parts.figures.also(State(parts))
    # A path arrives decoded, its bytes as Latin-1 (PEP 3333).
    prefix = unquote_to_bytes(urlsplit(parts.settings.public_url).path).decode("latin-1")
    if prefix:
        routes = app.url_map.bind("")
        app.wsgi_app = _without_prefix(app.wsgi_app, prefix, routes.test)  # type: ignore[method-assign]
    return app


def _desk(parts: Parts) -> Desk:
    def keep(call: str, left: MessageLeft, at: datetime, own: str) -> None:
        told = (call, left.recording, left.seconds, left.language, left.attempt, at)
        try:
            parts.journal.keep_message(*told, caller=hashed(parts.secret, own))
        except NotKeptError as error:
            raise PromiseNotKeptError from error

    def keep_callback(call: str, asked: CallBackAsked, number: str, at: datetime, own: str) -> None:
        table = parts.publication.current().content.service.callback
        keep_it = partial(
            parts.journal.keep_callback,
            caller=hashed(parts.secret, own),
            rung=hashed(parts.secret, number),
            per_day=table.per_day,
            per_hour=table.per_hour,
        )
        try:
            keep_it(call, number, asked.language, asked.window, asked.attempt, at)
        except NotKeptError as error:
            raise PromiseNotKeptError from error

    def fetch_soon(recording: str) -> None:
        parts.fetching.soon(recording)
        parts.tasks.soon(STUDIO_RECORDINGS)

    return Desk(
        check=SignatureCheck(parts.settings.public_url, parts.account[1]),
        urls=Urls(parts.settings.public_url),
        caller_id=parts.settings.helpline_number,
        now=parts.now,
        world=LatestWorld(parts),
        keep=keep,
        fetch_soon=fetch_soon,
        drop=parts.fetching.drop,
        arrived=parts.messages.arrived,
        heard=parts.messages.token,
        turned=parts.figures.turned,
        keep_callback=keep_callback,
        ringing=parts.ringing,
        by_dial=parts.ringing.by_dial,
        waited=parts.figures.waited,
        nobody_reached=parts.ringing.nobody_reached,
        door=parts.judge.door,
        noted=parts.calls.note,
    )


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


def _phone(parts: Parts) -> Any:
    audio = urlsplit(parts.settings.audio_url)

    def words(sound: str) -> Words | None:
        if sound.startswith(f"{parts.settings.public_url}/heard/"):
            return Words("", "", "(the message as it was recorded)")
        language, _, file = sound.removeprefix(f"{parts.settings.audio_url}/").partition("/")
        published = parts.publication.current()
        prompt = published.sounds.by_file(language, file)
        found = published.content.prompt(language, prompt) if prompt else None
        return Words(found.id, language, found.text) if found else None

    def exchange() -> ExchangeAddress | None:
        address = read_address(parts.settings.data_dir)
        return ExchangeAddress(address.url, address.token) if address else None

    return phone_blueprint(
        words, exchange, parts.settings.helpline_number, f"{audio.scheme}://{audio.netloc}"
    )


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
