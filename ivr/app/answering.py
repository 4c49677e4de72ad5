"""Webhooks past the web framework: written as WSGI wants it, and timed."""

import re
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any

from flask import Flask, Response, request

from ivr.telephony.twilio.webhooks import PATHS, Answer, Webhooks

_OURS = re.compile(r"/voice(?:/[A-Za-z0-9._~-]+)*")
Took = Callable[[float, int], None]


def answer_webhooks(app: Flask, webhooks: Webhooks, took: Took) -> None:
    """All of them are in the application's list of routes; those of a network never get as far as that."""

    def timed(environ: Mapping[str, Any]) -> Answer:
        begun = perf_counter()
        answer = webhooks(environ)
        took(perf_counter() - begun, answer.status)
        return answer

    def framed(**_: str) -> Response:
        answer = timed(request.environ)
        return Response(answer.document, answer.status, content_type=answer.kind)

    for path in PATHS:
        app.add_url_rule(path, f"webhook {path}", framed, methods=["GET", "POST", "OPTIONS"])
    app.wsgi_app = _past(app.wsgi_app, timed)  # type: ignore[method-assign]


def _past(pages: Callable[..., Any], webhooks: Webhooks) -> Callable[..., Any]:
    def outer(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        if environ["REQUEST_METHOD"] != "POST" or not _OURS.fullmatch(environ.get("PATH_INFO", "")):
            return pages(environ, start)
        answer = webhooks(environ)
        body = answer.document.encode()
        about = [("Content-Type", answer.kind), ("Content-Length", str(len(body)))] if body else []
        start(f"{answer.status:d} {answer.status.phrase}", about)
        return [body]

    return outer
