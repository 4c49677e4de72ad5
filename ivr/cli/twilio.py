"""`ivr twilio`: points a number at this helpline, and writes the answer for when its server is gone."""

import sys
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import click

from ivr.cli.context import fail, settings
from ivr.cli.edited import edited_content
from ivr.cli.outbound import allowed_fallback
from ivr.content import Content, ContentError
from ivr.settings import Settings, is_e164
from ivr.sound.live import LiveSounds, read_live
from ivr.sound.manifest import ManifestError
from ivr.sound.nearby import ServedSounds
from ivr.sound.takes import take_files
from ivr.storage.engine import open_storage, reading
from ivr.storage.errors import StorageError
from ivr.storage.takes import Take, live_takes
from ivr.telephony.twilio import fallback as answer


@click.group()
def twilio() -> None:
    """Connect a number, and write the answer for when this server is gone."""


@twilio.command()
@click.argument("number", required=False)
@click.option("--check", is_flag=True, help="Only compare; exit 1 if something differs.")
def connect(number: str | None, check: bool) -> None:
    """Make the calls to NUMBER (E.164, HELPLINE_NUMBER unless given) come to PUBLIC_URL."""
    from ivr.telephony.twilio import connect as number_of  # noqa: PLC0415 (the client takes its time)
    from ivr.telephony.twilio.rest import RestError, client  # noqa: PLC0415 (as above)

    chosen = settings()
    number = _number(number, chosen)
    problems = number_of.address_problems(chosen)
    if problems:
        fail("These addresses cannot be used:", *problems)
    _advise(number, chosen)
    want = number_of.wanted(chosen)
    rest = client(chosen.account_sid, chosen.auth_token, chosen.api_url)
    try:
        sid, todo = number_of.changes(rest, number, want)
        _say(number, todo)
        if todo and check:
            sys.exit(1)
        if todo:
            number_of.apply(rest, sid, todo, want)
            print("Changed.")
    except RestError as error:
        fail(str(error)[:1].upper() + str(error)[1:])


@twilio.command()
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("fallback"),
    show_default=True,
    help="The folder to write.",
)
@click.option("--url", help="The address the folder will have; FALLBACK_URL's folder unless given.")
def fallback(output: Path, url: str | None) -> None:
    """Write what to host elsewhere: an apology, the emergency number, a call to the fallback number."""
    chosen = settings()
    base = _base(url, chosen.fallback_url)
    try:
        content = edited_content(chosen)
        sounds = read_live(content, chosen.audio_dir, _takes(chosen))
        planned = answer.plan(
            content,
            sounds.offered,
            lambda prompt, code: _file(sounds, chosen, prompt, code),
            hosted=bool(base),
        )
        last = allowed_fallback(chosen, content)
        text = answer.document(planned.apologies, base, chosen.helpline_number, last)
        written = answer.write(output, text, planned.apologies, base)
    except ContentError as error:
        fail("The prompts cannot be used:", *map(str, error.problems))
    except (ManifestError, answer.FallbackError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"Cannot write to {output}: {error}")
    for note in (*planned.notes, *_notes(content, sounds, chosen)):
        print(f"Note: {note}", file=sys.stderr)
    for path in written:
        print(path)


def _number(number: str | None, chosen: Settings) -> str:
    if chosen.exchange_mode:
        fail("No account is set: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, then try again.")
    number = number or chosen.helpline_number
    if not is_e164(number):
        fail(
            f"{number!r} is not a number in E.164: write + and country code, without spaces, as +27105550100."
        )
    return number


def _advise(number: str, chosen: Settings) -> None:
    if number != chosen.helpline_number:
        print(
            f"Warning: HELPLINE_NUMBER is {chosen.helpline_number}; counsellors will see that one.",
            file=sys.stderr,
        )
    if not chosen.fallback_url:
        print(
            "Warning: FALLBACK_URL is not set: with this server gone, callers hear an error and are cut off. "
            "Run: ivr twilio fallback",
            file=sys.stderr,
        )


def _say(number: str, todo: tuple[object, ...]) -> None:
    print(f"{number}: {len(todo)} to change" if todo else f"{number}: everything is as it should be")
    for each in todo:
        print(f"  {each}")


def _base(url: str | None, fallback_url: str) -> str:
    """The folder's address with a slash at its end; empty if nobody has said it."""
    if url is None:
        return urljoin(fallback_url, ".") if fallback_url else ""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        fail(f"--url: {url!r} is not the address of a folder; write https://host/path")
    return url.rstrip("/") + "/"


def _takes(chosen: Settings) -> tuple[Take, ...]:
    try:
        engine = open_storage(chosen)
        with reading(engine) as connection:
            takes = live_takes(connection)
        engine.dispose()
    except StorageError as error:
        print(f"Warning: recorded takes are left out, only built speech is used: {error}", file=sys.stderr)
        return ()
    return takes


def _file(sounds: LiveSounds, chosen: Settings, prompt: str, code: str) -> Path | None:
    """The sound's file in that very language: one that stands in is heard already."""
    sound = sounds.find(prompt, code)
    if sound is None or sound.language != code:
        return None
    return ServedSounds(chosen.audio_dir, take_files(chosen)).find(code, sound.file)


def _notes(content: Content, sounds: LiveSounds, chosen: Settings) -> list[str]:
    absent = [code for code in content.languages if code not in sounds.offered]
    notes = [f"{code}: left out, it is not offered to callers (see: ivr audio status)" for code in absent]
    if not content.helpline.fallback_number:
        notes.append(
            "helpline.toml: no fallback_number: callers are asked to ring again, then the line closes"
        )
    if chosen.exchange_mode:
        notes.append(f"no account is set: the call goes out under {chosen.helpline_number}")
    return notes
