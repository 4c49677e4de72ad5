"""The sounds that the network fetches: masters, which never change, and callers' own recordings, which go."""

from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, Response, abort, send_file

ONE_YEAR = 31_536_000  # seconds; a new take has a new name
WAV = "audio/wav"


def media(sound: Callable[..., Path | None], heard: Callable[[str], Path | None]) -> Blueprint:
    """GET /audio/<language>/<file> and GET /heard/<token>; `sound` and `heard` find the file, or None."""
    blueprint = Blueprint("media", __name__)
    blueprint.add_url_rule(
        "/audio/<language>/<file>", "audio", lambda language, file: _sound(sound(language, file))
    )
    blueprint.add_url_rule("/heard/<token>", "heard", lambda token: _heard(heard(token)))
    return blueprint


def _not_there() -> Response:
    """Kept by nobody on the way, because what is not there now may be on its way here."""
    return Response("Not found\n", 404, {"Cache-Control": "no-store"}, mimetype="text/plain")


def _sound(path: Path | None) -> Response:
    if path is None:
        abort(_not_there())
    answer = send_file(path.resolve(), mimetype=WAV, max_age=ONE_YEAR, etag=path.stem)
    answer.cache_control.public = True
    answer.cache_control.immutable = True
    answer.headers["Access-Control-Allow-Origin"] = "*"  # a page on localhost plays sounds of 127.0.0.1
    return answer


def _heard(path: Path | None) -> Response:
    if path is None:
        abort(_not_there())
    answer = send_file(path.resolve(), mimetype=WAV, etag=False, conditional=False)
    answer.headers["Cache-Control"] = "no-store"
    return answer
