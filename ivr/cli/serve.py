"""`ivr serve`: the web server, and in exchange mode the telephone network beside it."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from multiprocessing import get_start_method
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

import click
from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels

from ivr import __version__
from ivr.cli.beside import Beside
from ivr.cli.context import fail, settings
from ivr.cli.edited import edits_of
from ivr.cli.farewell import end_when_asked
from ivr.cli.handed_on import HandedOn, NotOursError, handed_on, listening
from ivr.cli.next_version import NextVersion, started_in
from ivr.cli.predecessors import Predecessors, say_ready
from ivr.cli.staff_first import first_link
from ivr.cli.web_processes import WebProcesses
from ivr.content import ContentError
from ivr.jobs.readers import Readers, readers_of
from ivr.lasting import lasting
from ivr.logs import begin_logging
from ivr.settings import Settings
from ivr.sound.live import LiveSounds
from ivr.sound.manifest import ManifestError
from ivr.storage.engine import open_storage, reading
from ivr.storage.errors import StorageAwayError, StorageError
from ivr.storage.takes import Take, live_takes

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # as ivr.telephony.health reads it; importing that would be too early
THREADS = 64
"""Per web process. Most only wait: a promise for up to a second while the database is slow, staff's pages for
their turn; ivr.app.reserve leaves those at most 40."""


@click.command()
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Web processes.")
@click.option("--no-worker", is_flag=True, help="Leave later work to `ivr worker`.")
@click.option("--prove", is_flag=True, help="Only say whether this version could serve here.")
def serve(workers: int, no_worker: bool, prove: bool) -> None:
    """Answer calls, until stopped by Ctrl-C or SIGTERM.

    Later work (fetching messages, ringing back, telling staff) is done by every web process too, each with
    threads of its own for it. They do not get in each other's way; one worker would do for a machine, so with
    many web processes --no-worker and one `ivr worker` beside them ask the database less.

    After SIGHUP, the version that is in place then serves, once it has shown with --prove that it could;
    nobody is refused meanwhile. Where it could not, the one that serves goes on and logs why.
    """
    chosen = settings()
    begin_logging(chosen)
    readers = readers_of(chosen.prompts_dir, chosen.audio_dir)
    if prove:
        _prove(chosen, readers)
        return
    handed = _handed_on()
    port = _listening(chosen, handed)
    _say_languages(_ready_to_serve(chosen, readers))
    beside = Beside(["exchange"], handed.beside if handed else 0) if chosen.exchange_mode else None
    if beside:
        beside.start()
    try:
        with _counted_together(workers):
            server = _server(chosen, workers, port)
            ready = _succeed(chosen, server, handed, beside)
            with lasting():  # here, once: each process begins with it, at once and in shared memory
                app = import_module("ivr.app")
            begun = partial(app.application, _known(readers), worker=not no_worker)
            made = partial(_application, begun, port.fileno(), ready)
            server.serve(target_loader=made, wrap_loader=False)
    finally:
        if beside:
            beside.stop()


def _prove(chosen: Settings, readers: Readers) -> None:
    from ivr.cli.serve_proof import answer_a_call, check_tables  # noqa: PLC0415 (too early for a server)

    check_tables(chosen)
    _ready_to_serve(chosen, readers)
    answer_a_call(chosen, readers)


def _succeed(
    chosen: Settings, server: WebProcesses, handed: HandedOn | None, beside: Beside | None
) -> Connection | None:
    """Take over from the version before, if there was one, and be ready to hand on to the next.

    Web processes say through what is returned that they are ready.
    """
    before = Predecessors(handed, server.workers, _say_version) if handed and handed.web else None

    def left() -> HandedOn:
        web = (before.left if before else ()) + server.running()
        return HandedOn(server.socket(), web, beside.process if beside else 0, os.environ.get(FOLDER, ""))

    version = NextVersion(started_in(), server.ask_again, left)
    server.on_reload(version.asked)
    server.on_startup(before.start if before else lambda: _greet(chosen))
    return before.ready if before else None


def _application(made: Callable[[], Flask], listening: int, ready: Connection | None) -> Flask:
    app = made()
    end_when_asked(app, listening)
    say_ready(ready)
    return app


@contextmanager
def _counted_together(workers: int) -> Iterator[None]:
    """A folder in which several web processes count, so that whichever is asked tells the sum of them all."""
    if workers == 1:
        yield
        return
    with TemporaryDirectory(prefix="ivr-figures-") as folder:
        os.environ[FOLDER] = folder
        yield


def _known(readers: Readers) -> Readers | None:
    """What a web process begins with, where it begins as a copy of this one; else it reads for itself."""
    return readers if get_start_method() == "fork" else None


def _ready_to_serve(chosen: Settings, readers: Readers) -> LiveSounds:
    """What callers will hear; ends the command for whatever would only fail in a worker."""
    _check_data_dir(chosen)
    try:
        with lasting():
            content = readers.words.read(edits_of(chosen))
            return readers.sounds.read(content, _takes(chosen))
    except ContentError as error:
        fail(f"The content in {chosen.prompts_dir} cannot be used:", *map(str, error.problems))
    except ManifestError as error:
        fail(str(error))


def _takes(chosen: Settings) -> tuple[Take, ...]:
    try:
        engine = open_storage(chosen)
        try:
            with reading(engine) as connection:
                return live_takes(connection)
        finally:
            # A web process that began with SQLite open would believe it had locks which are this process's.
            engine.dispose()
    except StorageAwayError as error:
        click.echo(f"{error}\nCallers are served from the last snapshot in {chosen.data_dir}.", err=True)
        return ()
    except StorageError as error:
        fail(str(error))


def _handed_on() -> HandedOn | None:
    try:
        return handed_on(os.environ)
    except NotOursError as error:
        fail(str(error))


def _listening(chosen: Settings, handed: HandedOn | None) -> socket.socket:
    try:
        return listening(chosen.host, chosen.port, handed)
    except NotOursError as error:
        fail(str(error))
    except OSError as error:
        fail(
            f"PORT: {chosen.host}:{chosen.port} cannot be listened on: {error.strerror}; "
            "stop what uses it, or choose another (in exchange mode the next is used too): PORT=5010 make run"
        )


def _check_data_dir(chosen: Settings) -> None:
    try:
        chosen.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryFile(dir=chosen.data_dir):
            return
    except OSError as error:
        told = f"DATA_DIR: {chosen.data_dir} cannot be written: {error.strerror}; name a folder you may write"
    if chosen.exchange_mode or not chosen.data_dir.is_dir():
        fail(told)
    # A line that answers is worth more than one that does not: only messages need the disk.
    click.echo(f"{told}\nCalls are answered, but no voice message can be kept.", err=True)


def _say_languages(sounds: LiveSounds) -> None:
    for code in sounds.chains:
        missing = sounds.missing(code)
        if code in sounds.withdrawn:
            print(f"Not offered, because staff have withdrawn it: {code}")
        elif code not in sounds.offered:
            print(f"Not offered for want of sound: {code} ({len(missing)} prompts; see: ivr audio status)")
        elif missing:
            print(f"Without sound: {len(missing)} prompts in {code}; run: ivr audio build")


def _server(chosen: Settings, workers: int, port: socket.socket) -> WebProcesses:
    return WebProcesses(
        "ivr.app:application",
        listening=port,
        factory=True,
        address=chosen.host,
        port=chosen.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
        log_level=LogLevels.error,
        working_dir=Path.cwd(),
    )


def _greet(chosen: Settings) -> None:
    base = f"http://{chosen.host}:{chosen.port}"
    if chosen.exchange_mode:
        print(f"Telephone in the browser: {base}/phone", flush=True)
    print(f"Is it well:               {base}/healthz", flush=True)
    print(f"Staff's pages:            {chosen.public_url}/staff/", flush=True)
    if link := first_link(chosen):
        print(f"First administrator:      {link} (works once; another: ivr staff first)", flush=True)


def _say_version() -> None:
    print(f"Version {__version__} answers now; the processes of the one before have ended.", flush=True)
