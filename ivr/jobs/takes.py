"""Takes on their way: in from this machine's disk, and here from the store that machines share."""

from datetime import timedelta
from functools import partial

from ivr.jobs.queue import Task
from ivr.sound.nearby import Nearby
from ivr.sound.takes import Takes

FETCHING = "take-files"
_EVERY = 2.0  # seconds; callers are to hear what was accepted as soon as it can be
_NOW_AND_THEN = 3600.0


def following(takes: Takes) -> tuple[Task, Task]:
    """The tasks, in every process: what waits lies on this machine's disk, a worker may be on another."""
    return (
        Task("takes", partial(_follow, takes), every=_EVERY, threads=1, memory=True),
        Task("old-drafts", partial(_forget, takes), every=_NOW_AND_THEN, threads=1, memory=True),
    )


def fetching_takes(nearby: Nearby) -> Task:
    """The task, in every process: what callers are given is known in its memory."""
    return Task(FETCHING, partial(_fetch, nearby), every=_EVERY, threads=1, memory=True)


def _follow(takes: Takes) -> timedelta | None:
    takes.follow()
    return None


def _forget(takes: Takes) -> timedelta | None:
    takes.forget()
    return None


def _fetch(nearby: Nearby) -> timedelta | None:
    nearby.fetch()
    return None
