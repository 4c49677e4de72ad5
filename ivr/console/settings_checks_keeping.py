"""Whether what is kept is safe, and no longer than it has to be; pure."""

from collections.abc import Iterator

from ivr.console.settings_facts import (
    BACKED_UP_WITHIN,
    KEPT_FOR,
    LITTLE_SPACE,
    TOO_LITTLE_SPACE,
    Check,
    Facts,
    Level,
    counted,
    day,
)


def keeping(facts: Facts) -> Iterator[Check]:
    """The key, the backup and the disk."""
    yield _secret(facts)
    yield _backup(facts)
    if facts.space < LITTLE_SPACE:
        level = Level.MISSING if facts.space < TOO_LITTLE_SPACE else Level.WARNING
        told = f"{facts.space // 1_000_000} MB are free: messages may not be kept."
        yield Check("Space on the disk", level, told, "Make room where DATA_DIR is.")


def _secret(facts: Facts) -> Check:
    if facts.shared_database and not facts.secret_key:
        told = "Each machine makes a key of its own, so that none reads what another has sealed."
        todo = "Set SECRET_KEY to the same long text on every machine."
        return Check("Secret key", Level.MISSING, told, todo)
    return Check("Secret key", Level.OK, "Set." if facts.secret_key else "Kept in DATA_DIR: one machine.")


def _backup(facts: Facts) -> Check:
    last = facts.backed_up
    if last and facts.at - last <= BACKED_UP_WITHIN:
        return Check("Backup", Level.OK, f"Last on {day(last)}.")
    told = f"There was none since {day(last)}." if last else "None is known of."
    todo = "Every night run: ivr backup FILE; and keep the file on another machine."
    return Check("Backup", Level.WARNING, told, todo)


def retention(facts: Facts) -> Iterator[Check]:
    """Whether messages stay longer than anybody needs them."""
    days = KEPT_FOR.days
    if facts.old_messages:
        settled = counted(facts.old_messages, "message")
        told = f"Settled more than {days} days ago, and still to be heard: {settled}."
        todo = "Remove from DATA_DIR/messages what nobody needs; their numbers are gone already."
        yield Check("Retention", Level.WARNING, told, todo)
    else:
        yield Check("Retention", Level.OK, f"No message is kept more than {days} days after it was settled.")
