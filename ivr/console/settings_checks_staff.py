"""Whether anybody can be reached, and whether staff are told and let in; pure."""

from collections.abc import Iterator
from datetime import timedelta

from ivr.console.settings_facts import AHEAD, ENOUGH_ADMINISTRATORS, TESTED_WITHIN, Check, Facts, Level, named
from ivr.console.times import lasting


def people(facts: Facts) -> Iterator[Check]:
    """Who can be rung, and whether that was proved."""
    if facts.never_rung:
        told = f"Never rung nor texted: {named(facts.never_rung)}."
        todo = "Correct the numbers, or allow their countries under [ring] of helpline.toml."
        yield Check("Numbers abroad", Level.MISSING, told, todo)
    if not facts.counsellors:
        todo = "Add counsellors, or run: ivr counsellors import FILE.csv"
        yield Check("Counsellors", Level.MISSING, "There are none: nobody can be rung.", todo)
        return
    yield Check("Counsellors", Level.OK, f"There are {len(facts.counsellors)}.")
    if facts.untested:
        told = f"Not proved to be reached in the last {TESTED_WITHIN.days} days: {named(facts.untested)}."
        yield Check("Counsellors' phones", Level.WARNING, told, "Ring each from the counsellor's page.")
    else:
        yield Check("Counsellors' phones", Level.OK, "Each was reached by a test ring.")


def roster(facts: Facts) -> Iterator[Check]:
    """Whether somebody is on duty."""
    gaps = sum((end - start for start, end in facts.gaps), timedelta())
    if not facts.counsellors:
        return
    if gaps >= AHEAD:
        told = "Nobody is on duty in the next 7 days."
        yield Check("Roster", Level.MISSING, told, "Plan shifts, or subscribe to a calendar.")
    elif gaps:
        first = facts.gaps[0][0]
        told = (
            f"In the next 7 days nobody is on duty for {lasting(gaps)}, first on {first:%a %d %b at %H:%M}."
        )
        todo = "Fill the gaps, or leave them: callers are offered a message or a call-back then."
        yield Check("Roster", Level.WARNING, told, todo)
    else:
        yield Check("Roster", Level.OK, "Somebody is on duty in the next 7 days whenever it is open.")
    for problem in facts.calendar_problems:
        yield Check("Calendar", Level.WARNING, f"{problem}.", "Look at the roster's subscriptions.")


def telling(facts: Facts) -> Iterator[Check]:
    """Whether staff hear of what waits."""
    if not facts.told_by_sms and not facts.told_by_mail:
        told = "Nobody is told of new messages, overdue promises and gaps."
        yield Check("Telling staff", Level.WARNING, told, "Fill in [notify] of helpline.toml.")
    elif facts.told_by_mail and not facts.mail_server:
        told = f"{facts.told_by_mail} addresses are to get e-mail, and there is no way for it."
        yield Check("Telling staff", Level.MISSING, told, "Set SMTP_URL and MAIL_FROM.")
    else:
        told = f"{facts.told_by_sms} by SMS, {facts.told_by_mail} by e-mail."
        yield Check("Telling staff", Level.OK, told)


def accounts(facts: Facts) -> Iterator[Check]:
    """Who may let others in, and how safely."""
    if not facts.administrators:
        told = "There is no administrator: nobody can let others in."
        todo = "Open the address of the first one, which the start prints; another: ivr staff first"
        yield Check("Administrators", Level.WARNING, told, todo)
    elif len(facts.administrators) < ENOUGH_ADMINISTRATORS:
        told = "There is one administrator: if they are away, nobody can let others in."
        yield Check("Administrators", Level.WARNING, told, "Invite another under People.")
    else:
        yield Check("Administrators", Level.OK, f"There are {len(facts.administrators)}.")
    if facts.without_codes:
        told = "Sign in by password alone: " + named(facts.without_codes) + "."
        todo = "Each sets up codes on their account page."
        yield Check("Administrators' codes", Level.WARNING, told, todo)
    elif facts.administrators:
        yield Check("Administrators' codes", Level.OK, "Every administrator signs in with a code too.")
