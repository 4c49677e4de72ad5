"""What staff are told when a page cannot be shown: what it is, and what to do."""

import logging

from flask import render_template
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from ivr.storage.errors import StorageError

_LOG = logging.getLogger(__name__)
AWAY = (StorageError, OperationalError, InterfaceError, PoolTimeoutError)
AWAY_TOLD = (
    "The database does not answer",
    "Calls go on, and promises are kept safe meanwhile. Try this page again in a minute.",
)
TOLD = {
    400: ("This cannot be understood", "Go back, look at what was entered, and try again."),
    403: ("This is not yours to see", "Ask an administrator for the role that it needs."),
    404: ("There is no such page", "It may have been removed. Begin at the menu."),
    405: ("This page cannot do that", "Begin at the menu."),
    413: ("That is too large", "Send a smaller file, or several one after the other."),
    429: ("That was too often", "Wait a little, then try again."),
}
STALE = (
    "This page was open for too long",
    "Nothing was changed. Go back, load the page again, and repeat what you did.",
)
BROKEN = (
    "Something is broken here",
    "It has been noted in the log. Try again, or tell whoever runs the helpline.",
)


def told(error: Exception) -> BaseResponse | tuple[str, int]:
    """The page for an error, with its status."""
    if isinstance(error, HTTPException) and isinstance(error.response, BaseResponse):
        return error.response
    if isinstance(error, CSRFError):
        return _page(STALE, 400)
    if isinstance(error, HTTPException):
        code = error.code or 500
        return _page(TOLD.get(code, BROKEN), code)
    _LOG.error("A page of staff could not be shown, storage is away: %s", type(error).__name__)
    return _page(AWAY_TOLD, 503)


def _page(words: tuple[str, str], status: int) -> tuple[str, int]:
    return render_template("trouble.html", what=words[0], advice=words[1]), status
