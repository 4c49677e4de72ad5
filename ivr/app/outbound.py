"""What every call and text that leaves is asked of, by the words of helpline.toml at that moment."""

from ivr.duty.tolls import Tolls
from ivr.jobs.numbers import tolls_of
from ivr.jobs.publication import Publication, Published
from ivr.settings import Settings


def tolls_by(settings: Settings, published: Published) -> Tolls:
    """The tolls of what callers hear now."""
    return tolls_of(settings, published.content.service, published.content.helpline.zone)


def tolls_now(settings: Settings, publication: Publication) -> Tolls:
    """The same, of whatever is published at this moment."""
    return tolls_by(settings, publication.current())
