"""What a browser may do with the staff's pages: nothing from elsewhere, no script in a page, nothing kept."""

from flask import Response, request

POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data:; "
    "media-src 'self' blob:; "
    "connect-src 'self'; "
    "form-action 'self'; "
    "frame-ancestors 'none'; "
    "base-uri 'none'; "
)
STATIC_KEPT = "public, no-cache"
"""Asked for anew each time, and not sent if it is the same: a new page never meets an old script."""


def guard(response: Response) -> Response:
    """The response with what a browser has to keep to."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint == "staff.static":
        headers["Cache-Control"] = STATIC_KEPT
    else:
        headers.setdefault("Cache-Control", "no-store")
    return response
