"""Whether what is kept is safe, and no longer than it has to be; pure."""

from collections.abc import Iterator

from ivr.console.settings_facts import (
    BACKED_UP_WITHIN,
    LITTLE_SPACE,
    PURGED_WITHIN,
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
        told = (
            "Kept in DATA_DIR: enough for one machine. None reads what a machine with another key has sealed."
        )
        todo = "For several machines, set SECRET_KEY on each to what stands in secret-key of the first."
        return Check("Secret key", Level.WARNING, told, todo)
    return Check("Secret key", Level.OK, "Set." if facts.secret_key else "Kept in DATA_DIR: one machine.")


def _backup(facts: Facts) -> Check:
    last = facts.backed_up
    if last and facts.at - last <= BACKED_UP_WITHIN:
        return Check("Backup", Level.OK, f"Last on {day(last)}.")
    told = f"There was none since {day(last)}." if last else "None is known of."
    todo = "Every night run: ivr backup FILE; and keep the file on another machine."
    return Check("Backup", Level.WARNING, told, todo)


def retention(facts: Facts) -> Iterator[Check]:
    """Whether what is stored is removed in time."""
    days, last = facts.kept_days, facts.purged
    if facts.old_messages:
        told = f"Settled more than {days} days ago, and still here: {counted(facts.old_messages, 'promise')}."
        yield Check("Retention", Level.WARNING, told, "Run: ivr purge, and see the log of the server.")
    elif last is None or facts.at - last > PURGED_WITHIN:
        told = f"Nothing was removed since {day(last)}." if last else "Nothing was ever removed."
        todo = "Let ivr serve, or ivr worker, run: it does so every day. By hand: ivr purge"
        yield Check("Retention", Level.WARNING, told, todo)
    else:
        told = f"Messages go {days} days after they were settled, the rest as [retention] says; last on"
        yield Check("Retention", Level.OK, f"{told} {day(last)}.")
