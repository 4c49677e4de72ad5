"""Later work: which tasks there are, woken at once or now and then, in this process or in a worker.

Why this way, and why Huey. What is due stands in the helpline's own tables, with a conditional claim and a
lease, because no queue ties "taken out" to "done": Huey takes a task out before it runs it, so a process
killed in between has lost it, and a queue that repeats what it took out would ring a phone twice. So a task
is "look for what is due, claim it, do it": killed anywhere, the next look finds it; looked at twice at
once, the claim lets one of them do it. Any number of workers on any number of machines may run; one for
each machine is enough, because all they do is wait for others, on threads, and more of them only ask the
database more often.

What is left for a queue is to carry "look now" between processes and machines. Huey does that on a file of
SQLite's and, with LISTEN and NOTIFY, on PostgreSQL by psycopg 3, both built in and without further
packages, and on Redis should there be one. Procrastinate works on PostgreSQL alone; RQ and Celery want a
broker beside the database. Of Huey we leave aside its consumer, which takes the process's signals for
itself and lets tasks that hang hold the threads of all the others; its pickles; and its stored results.
"""

import logging
from time import monotonic

from ivr.jobs.queue_looks import Look, Looks, Task
from ivr.jobs.queue_wakes import Wakes

__all__ = ["Look", "Task", "Tasks"]
_LOG = logging.getLogger(__name__)
PATIENCE = 3.0  # seconds that what is being done may take to end when the process is to end


class Tasks:
    """The tasks by name; `start` works for them here, or, without a worker, sends their wake-ups to one."""

    def __init__(self, wakes: Wakes) -> None:
        self._wakes = wakes
        self._looks: dict[str, Looks] = {}
        self._tasks: dict[str, Task] = {}
        self._here: dict[str, Looks] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """What the tasks are called, here and in logs."""
        return tuple(sorted(self._tasks))

    def add(self, task: Task) -> None:
        """Know the task; a ValueError if there is one of that name."""
        if task.name in self._tasks:
            raise ValueError(f"there is a task {task.name!r} already")
        self._tasks[task.name], self._looks[task.name] = task, Looks(task)

    def soon(self, name: str) -> None:
        """Have the task look at once: in this process if it works for it, else wherever one does.

        Returns at once, whatever storage does; a KeyError for a name that no task has.
        """
        looks = self._looks[name]
        if name in self._here:
            looks.soon()
        else:
            self._wakes.send(name)

    def start(self, *, worker: bool = True) -> None:
        """Work on threads until `stop`; without `worker` only for what lies in this process's memory."""
        mine = {name: each for name, each in self._looks.items() if worker or self._tasks[name].memory}
        self._here = mine
        for each in mine.values():
            each.start()
        self._wakes.start(self._woken if worker else None)

    def stop(self, patience: float = PATIENCE) -> None:
        """Begin nothing more, and wait a little for what has begun; whatever is cut off is found again."""
        here, self._here = self._here, {}
        self._wakes.stop()
        for each in here.values():
            each.stop()
        until = monotonic() + patience
        cut = [name for name, each in here.items() if not each.join(until)]
        self._wakes.join(until)
        if cut:
            _LOG.warning("Cut off, to be taken up again: %s", ", ".join(sorted(cut)))

    def _woken(self, name: str) -> None:
        if name in self._here:  # a newer version's task may be unknown here
            self._here[name].soon()
