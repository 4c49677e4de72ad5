"""The browser phone's page, its assets, the words of a sound, and where the exchange is."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import phonenumbers
from flask import Blueprint, Response, jsonify, make_response, render_template_string, request
from flask.typing import ResponseReturnValue

from ivr.settings import is_loopback

FOLDER = Path(__file__).with_name("phone")
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
# The exchange may come back on another port, and CSP knows no IPv6 hosts: any port of this machine will do.
LOOPBACK = "http://127.0.0.1:* http://localhost:*"
ONE_YEAR = 31_536_000


@dataclass(frozen=True, slots=True)
class Words:
    """What a sound says: the prompt, the language it is in, its words."""

    prompt: str
    language: str
    words: str


@dataclass(frozen=True, slots=True)
class ExchangeAddress:
    """Where phones reach the exchange (its base URL), and the token it asks for."""

    url: str
    token: str


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of the page as it is served; `version` changes whenever the content does."""

    content: bytes
    type: str

    @property
    def version(self) -> str:
        """The first sixteen digits of the content's SHA-256."""
        return sha256(self.content).hexdigest()[:16]


def phone_blueprint(
    words: Callable[[str], Words | None],
    exchange: Callable[[], ExchangeAddress | None],
    helpline_number: str,
    audio_origin: str,
) -> Blueprint:
    """The pages under /phone; `words` knows what a sound says, `exchange` is None while it is starting.

    `audio_origin` is scheme://host[:port] of the sounds. To be registered in exchange mode only.
    """
    assets = read_assets(FOLDER)
    page = (FOLDER / "page.html").read_text("utf-8")
    blueprint = Blueprint("phone", __name__)
    blueprint.after_request(lambda response: _guarded(response, audio_origin))
    blueprint.add_url_rule("/phone", "page", lambda: _page(page, assets, helpline_number))
    blueprint.add_url_rule("/phone/assets/<file>", "asset", lambda file: _asset(assets.get(file)))
    blueprint.add_url_rule("/phone/words", "words", lambda: _words(words))
    blueprint.add_url_rule("/phone/exchange", "exchange", lambda: _exchange(exchange))
    return blueprint


def read_assets(folder: Path) -> dict[str, Asset]:
    """Every style sheet, script and picture in `folder`, by file name."""
    files = sorted(path for path in folder.iterdir() if path.suffix in TYPES)
    return {path.name: Asset(path.read_bytes(), TYPES[path.suffix]) for path in files}


def _page(page: str, assets: Mapping[str, Asset], number: str) -> ResponseReturnValue:
    def address(file: str) -> str:
        return f"phone/assets/{file}?v={assets[file].version}"

    response = make_response(
        render_template_string(page, address=address, number=number, spoken=_readable(number))
    )
    response.cache_control.no_cache = True
    return response


def _readable(number: str) -> str:
    international = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(phonenumbers.parse(number), international)


def _asset(asset: Asset | None) -> ResponseReturnValue:
    if asset is None:
        return jsonify(error="The phone has no such file."), 404
    response = Response(asset.content, content_type=f"{asset.type}; charset=utf-8")
    response.set_etag(asset.version)
    # A script imports its neighbours without a version: those are asked for again, and mostly unchanged.
    response.cache_control.no_cache = True
    if request.args.get("v") == asset.version:
        response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
    return response.make_conditional(request)


def _words(words: Callable[[str], Words | None]) -> ResponseReturnValue:
    found = words(request.args.get("sound", ""))
    if found is None:
        return jsonify(error="No prompt has this sound."), 404
    return jsonify(asdict(found))


def _exchange(exchange: Callable[[], ExchangeAddress | None]) -> ResponseReturnValue:
    if not _asked_from_this_machine():
        return jsonify(error="Open this page as http://127.0.0.1 or http://localhost on this machine."), 403
    address = exchange()
    response = (
        make_response(jsonify(error="The exchange is starting; ask again in a second."), 503)
        if address is None
        else make_response(jsonify(asdict(address)))
    )
    response.cache_control.no_store = True
    return response


def _asked_from_this_machine() -> bool:
    """Whether the token may be told: it places calls, so neither other sites nor rebound names get it."""
    host = urlsplit(f"//{request.host}").hostname or ""
    return is_loopback(host) and request.headers.get("Sec-Fetch-Site", "none") in {"same-origin", "none"}


def _guarded(response: Response, audio_origin: str) -> Response:
    sounds = f"'self' {audio_origin} {LOOPBACK}"
    response.headers["Content-Security-Policy"] = "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            f"media-src {sounds}",
            f"connect-src {sounds} {LOOPBACK.replace('http:', 'ws:')}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
    response.headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
