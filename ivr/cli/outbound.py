"""Numbers that are written down and will never be rung or texted: said where they are entered."""

from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError

from ivr.cli.context import fail
from ivr.cli.edited import is_yet_to_be_made
from ivr.content import Content, ContentError, Problem, load
from ivr.content.files import HELPLINE
from ivr.content.positions import Path, positions
from ivr.duty.tolls import Tolls
from ivr.flow.roster import Counsellor
from ivr.jobs.numbers import tolls_of
from ivr.settings import Settings
from ivr.storage.counsellors import list_counsellors
from ivr.storage.engine import open_storage, reading
from ivr.storage.errors import StorageError


def tolls_in(own: Settings) -> Tolls:
    """What a number that is entered is asked of; of content that cannot be loaded, `ivr check` says more.

    Nothing is refused then: whatever is stored is asked again before it is rung.
    """
    try:
        return _tolls(own, load(own.prompts_dir))
    except ContentError:
        return Tolls(None)


def allowed_fallback(own: Settings, content: Content) -> str | None:
    """The fallback number, if there is one; one that may not be rung is the end of the command."""
    number = content.helpline.fallback_number
    if number and (told := _tolls(own, content).refusal(number)):
        fail(f"{HELPLINE}: fallback_number: it {told}")
    return number


def refused_numbers(own: Settings, content: Content) -> list[Problem]:
    """Every number in helpline.toml, and of a stored counsellor, that will not be rung, and what to do."""
    tolls = _tolls(own, content)
    lines = positions((own.prompts_dir / HELPLINE).read_text("utf-8"))
    written: dict[Path, str] = {
        ("fallback_number",): content.helpline.fallback_number or "",
        **{("notify", "sms", n): each for n, each in enumerate(content.service.notify.sms)},
    }
    found = []
    for path, number in written.items():
        if number and (told := tolls.refusal(number)):
            key = ".".join(str(each) for each in path if isinstance(each, str))
            line = lines.get(path[:2], 0)
            found.append(Problem(HELPLINE, line, key, f"the number that ends in {number[-3:]} {told}"))
    return [*found, *_stored(own, tolls)]


def _stored(own: Settings, tolls: Tolls) -> Iterator[Problem]:
    for each in _people(own):
        if told := tolls.refusal(each.phone):
            yield Problem("counsellors", 0, each.name, f"their phone {told}", warning=True)


def _people(own: Settings) -> tuple[Counsellor, ...]:
    """Nobody while the database is away, which was told when edits were looked for."""
    if is_yet_to_be_made(own):
        return ()
    try:
        engine = open_storage(own)
        try:
            with reading(engine) as connection:
                return list_counsellors(connection)
        finally:
            engine.dispose()
    except (StorageError, DBAPIError):
        return ()


def _tolls(own: Settings, content: Content) -> Tolls:
    return tolls_of(own, content.service, content.helpline.zone)
