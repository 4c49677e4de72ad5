"""`ivr notices`: what staff were told, and what could not be delivered."""

import click

from ivr.cli.context import settings
from ivr.cli.stored import print_json, print_rows, storage
from ivr.storage.engine import reading
from ivr.storage.notices import STATES, WAITING, Delivery, Notice, list_deliveries, list_untold

_COLUMNS = ("kind", "created", "channel", "to", "state", "tries", "error")
_SHOWN = 3  # last digits of a number
UNTOLD = "untold"
NOBODY = "nobody to tell: see [notify] in helpline.toml"


@click.command()
@click.option("--state", type=click.Choice((*STATES, UNTOLD)), help="Only those of this state.")
@click.option("--undelivered", is_flag=True, help="Only what has failed and was not sent since.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
def notices(state: str | None, undelivered: bool, as_json: bool) -> None:
    """List what staff were told, oldest first, and what could not be delivered or has nobody to go to."""
    own = settings()
    with reading(storage(own)) as connection:
        found = [*map(_row, list_deliveries(connection, failed=undelivered))]
        untold = [_untold(each) for each in list_untold(connection) if each.created or not undelivered]
    rows = [row for row in (*untold, *found) if state in {None, row["state"]}]
    if as_json:
        print_json(rows)
        return
    print_rows(_COLUMNS, rows, "Everything was delivered." if undelivered else "Nothing was told.", own)


def _row(delivery: Delivery) -> dict[str, object]:
    to = delivery.recipient
    return {
        "kind": delivery.kind,
        "created": delivery.created,
        "channel": to.channel,
        "to": _hidden(to.address),
        "state": delivery.state,
        "tries": delivery.tries,
        "error": delivery.error,
        "sent": delivery.sent_at,
        "facts": delivery.facts,
    }


def _untold(notice: Notice) -> dict[str, object]:
    """A notice without a message; not seen yet, it is only waiting."""
    return {
        "kind": notice.kind,
        "created": notice.created,
        "channel": None,
        "to": None,
        "state": UNTOLD if notice.created else WAITING,
        "tries": 0,
        "error": NOBODY if notice.created else "",
        "sent": None,
        "facts": notice.facts,
    }


def _hidden(address: str) -> str:
    """An e-mail address as it is; of a number the last digits."""
    return f"…{address[-_SHOWN:]}" if address.startswith("+") else address
