"""Bringing in the takes that staff recorded and accepted while storage was away."""

from datetime import timedelta
from functools import partial

from ivr.jobs.queue import Task
from ivr.sound.takes import Takes

_EVERY = 2.0  # seconds; callers are to hear what was accepted as soon as it can be
_NOW_AND_THEN = 3600.0


def following(takes: Takes) -> tuple[Task, Task]:
    """The tasks, in every process: what waits lies on this machine's disk, a worker may be on another."""
    return (
        Task("takes", partial(_follow, takes), every=_EVERY, threads=1, memory=True),
        Task("old-drafts", partial(_forget, takes), every=_NOW_AND_THEN, threads=1, memory=True),
    )


def _follow(takes: Takes) -> timedelta | None:
    takes.follow()
    return None


def _forget(takes: Takes) -> timedelta | None:
    takes.forget()
    return None
