"""`ivr serve --prove`: whether this version could serve here, found out beside the one that does."""

from http import HTTPStatus

import click

from ivr import clock
from ivr.app.parts import Parts, build
from ivr.app.web import web
from ivr.cli.context import fail
from ivr.jobs.readers import Readers
from ivr.settings import Settings
from ivr.storage.engine import check_schema, engine_for
from ivr.storage.errors import StorageError
from ivr.telephony.exchange.signature import sign

_CALL = "CA" + "0" * 32


def check_tables(chosen: Settings) -> None:
    """End the command unless the database answers and has this version's tables; nothing is changed in it."""
    engine = engine_for(chosen.database_url, chosen.data_dir)
    try:
        check_schema(engine)
    except StorageError as error:
        fail(str(error))
    finally:
        engine.dispose()


def answer_a_call(chosen: Settings, readers: Readers) -> None:
    """End the command unless a call would be answered; nothing of that is kept."""
    parts = build(chosen, clock.now, readers=readers)
    if trouble := _trouble(parts):
        fail(f"A call would not be answered: {trouble}")
    click.echo("This version could serve.")


def _trouble(parts: Parts) -> str:
    url = f"{parts.settings.public_url}/voice"
    form = {"CallSid": _CALL, "AccountSid": parts.account[0], "From": "anonymous"}
    form["To"] = parts.settings.helpline_number
    signed = {"X-Twilio-Signature": sign(parts.account[1], url, form)}
    answer = web(parts).test_client().post("/voice", data=form, headers=signed)
    return (
        "" if answer.status_code == HTTPStatus.OK and answer.text.count("<Response") == 1 else answer.status
    )
