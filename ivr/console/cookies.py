"""The session's cookie: for the staff's pages alone, unreadable by scripts, over https if there is https."""

from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from flask import Flask

from ivr.console.desk import Desk

LONGEST = timedelta(hours=12)


def set_cookies(app: Flask, desk: Desk) -> None:
    """Let the application sign sessions with a key of their own, made from the helpline's secret."""
    public = urlsplit(desk.settings.public_url)
    app.secret_key = _key(desk.secret)
    app.config["SECRET_KEY_FALLBACKS"] = [_key(each) for each in desk.older]
    app.config.update(
        SESSION_COOKIE_NAME="helpline_staff",
        SESSION_COOKIE_PATH=f"{public.path.rstrip('/')}/staff",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=public.scheme == "https",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=LONGEST,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=int(LONGEST.total_seconds()),
        # Behind a proxy the address of a page is the proxy's; the token is what protects.
        WTF_CSRF_SSL_STRICT=False,
    )


def _key(secret: bytes) -> bytes:
    return sha256(b"console\0" + secret).digest()
