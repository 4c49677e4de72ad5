"""`ivr exchange`: the telephone network of our own; `ivr serve` and `ivr call` start it."""

from functools import partial

import click

from ivr.app.ground import account_of
from ivr.app.orphan import end_with_parent
from ivr.cli.context import fail, settings
from ivr.content import ContentError
from ivr.content.files import read_service
from ivr.logs import begin_logging
from ivr.settings import Settings
from ivr.sound.decode import to_wav
from ivr.speech.generated import speak_wav
from ivr.telephony.exchange.account import Account
from ivr.telephony.exchange.config import ExchangeConfig, ExchangeRefused, guard
from ivr.telephony.exchange.server import run

VOICE = "en+m3"
"""Another voice than the helpline's, so that a listener can tell who speaks."""


@click.command(hidden=True)
def exchange() -> None:
    """Run our own telephone network on this machine."""
    chosen = settings()
    begin_logging(chosen)
    end_with_parent()
    try:
        guard(chosen)
        run(config_of(chosen))
    except ExchangeRefused as error:
        fail(str(error))
    except OSError as error:
        fail(f"The exchange cannot run: {error.filename or chosen.data_dir}: {error.strerror}")


def config_of(chosen: Settings) -> ExchangeConfig:
    """The network for this helpline: one port above it, and with all the numbers it has."""
    return ExchangeConfig(
        account=Account(*account_of(chosen)),
        host=chosen.host,
        port=chosen.port + 1,
        number=chosen.helpline_number,
        voice_url=f"{chosen.public_url}/voice",
        fallback_url=chosen.fallback_url,
        status_url=f"{chosen.public_url}/voice/status",
        data_dir=chosen.data_dir,
        to_wav=to_wav,
        speak=partial(speak_wav, voice=VOICE),
        others=_others(chosen),
    )


def _others(chosen: Settings) -> tuple[str, ...]:
    """The numbers of helpline.toml beside the helpline's; none if it has problems, which the server names."""
    try:
        service = read_service(chosen.prompts_dir)
    except ContentError:
        return ()
    return (*service.staff.numbers, *service.missed_call.numbers)
