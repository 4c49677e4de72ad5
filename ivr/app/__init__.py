"""The composition root: the one place where the parts are put together."""

import os
from multiprocessing.util import Finalize

from flask import Flask

from ivr import clock
from ivr.app.orphan import end_with_parent
from ivr.app.parts import build
from ivr.app.web import web
from ivr.jobs.readers import Readers
from ivr.lasting import lasting
from ivr.logs import begin_logging
from ivr.settings import read_settings


@lasting()
def application(readers: Readers | None = None, *, worker: bool = True) -> Flask:
    """The web application of one web process, its threads running; what the server calls.

    `readers` may have read the content before the process was forked. Without `worker`, later work is left to
    `ivr worker`.
    """
    settings = read_settings(os.environ)
    begin_logging(settings)
    end_with_parent()
    parts = build(settings, clock.now, readers=readers)
    parts.start(worker=worker)
    # The process ends without atexit; what it noted of calls in its last second would end with it.
    Finalize(None, parts.calls.stop, exitpriority=0)
    return web(parts)
