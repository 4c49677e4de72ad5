"""What the staff's pages are made of."""

from ivr.app.parts import Parts
from ivr.console.desk import Desk


def console_desk(parts: Parts) -> Desk:
    """How the staff's pages see the helpline and act on it."""

    def freshen() -> None:
        parts.snapshot.refresh()
        parts.publication.refresh()

    return Desk(
        settings=parts.settings,
        engine=parts.engine,
        now=parts.now,
        secret=parts.secret,
        older=parts.older,
        published=parts.publication.current,
        held=parts.snapshot.current,
        freshen=freshen,
        soon=parts.tasks.soon,
        checks=parts.checks,
        number=parts.number,
        remark=lambda: parts.publication.remark,
        takes=parts.takes,
        messages=parts.messages,
    )
