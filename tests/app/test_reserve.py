"""Staff's pages take turns, and never all threads."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Semaphore
from time import sleep
from typing import Any

from ivr.app.reserve import Application, reserve_for_callers

AT_ONCE, THERE = 6, 40


class Pages:
    """An application whose pages end when they are let go; `begun` counts them."""

    def __init__(self) -> None:
        self.begun, self.let_go = Semaphore(0), Event()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        self.begun.release()
        if environ["PATH_INFO"].startswith(("/staff", "/calendar")):
            assert self.let_go.wait(20)
        if environ["PATH_INFO"] == "/staff/broken":
            raise OSError("broken")
        start("200 OK", [])
        return [b"a page"]

    def begin(self, number: int) -> bool:
        """Whether so many have begun."""
        return all(self.begun.acquire(timeout=10) for _ in range(number))


def asked(application: Application, path: str = "/staff/") -> tuple[str, dict[str, str]]:
    told: list[Any] = []
    list(application({"PATH_INFO": path}, lambda *words: told.extend(words)))
    return told[0], dict(told[1])


@contextmanager
def busy(pages: Pages, application: Application, number: int) -> Iterator[list[Any]]:
    """So many pages asked for, as many at work as may be."""
    with ThreadPoolExecutor(number) as staff:
        try:
            found = [staff.submit(asked, application) for _ in range(number)]
            assert pages.begin(min(number, AT_ONCE))
            yield found
        finally:
            pages.let_go.set()


def test_whoever_is_no_page_is_answered_while_all_pages_are_busy() -> None:
    pages = Pages()
    application = reserve_for_callers(pages)

    with busy(pages, application, THERE):
        answers = [asked(application, path)[0] for path in ("/voice", "/audio/en/x.wav", "/readyz")]

    assert ["200 OK"] * 3 == answers


def test_a_page_gets_its_turn_when_another_has_had_it() -> None:
    pages = Pages()

    with busy(pages, reserve_for_callers(pages), THERE) as found:
        pages.let_go.set()
        answers = {each.result()[0] for each in found}

    assert {"200 OK"} == answers


def test_whoever_waits_too_long_for_a_turn_is_told_to_come_again() -> None:
    pages = Pages()
    application = reserve_for_callers(pages, patience=0.05)

    with busy(pages, application, AT_ONCE):
        status, about = asked(application, "/calendar/secret.ics")

    assert ("503 Service Unavailable", "5", "no-store") == (
        status,
        about["Retry-After"],
        about["Cache-Control"],
    )


def test_there_are_never_more_pages_than_so_many_even_waiting() -> None:
    pages = Pages()

    with busy(pages, reserve_for_callers(pages, patience=20), THERE + 5) as found:
        while sum(each.done() for each in found) < 5:
            sleep(0.01)
        pages.let_go.set()
        statuses = Counter(each.result()[0] for each in found)

    assert {"200 OK": THERE, "503 Service Unavailable": 5} == statuses


def test_a_page_that_fails_gives_its_turn_back() -> None:
    pages = Pages()
    application = reserve_for_callers(pages, patience=0.05)
    pages.let_go.set()
    failed = 0
    for _ in range(THERE + 1):
        try:
            asked(application, "/staff/broken")
        except OSError:
            failed += 1

    assert THERE + 1 == failed
    assert "200 OK" == asked(application)[0]
