"""Two machines behind one number: one database server, one bucket, a stand-in for the network's REST API."""

import logging
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import psycopg
import pytest
from moto.server import ThreadedMotoServer

from ivr.content import load
from ivr.sound.manifest import read_manifest, write_manifest
from tests.app.stage import LANGUAGES, TOKEN, audio
from tests.nodes.machines import Machine, until
from tests.nodes.provider import Provider, a_provider
from tests.nodes.town import ACCOUNT, NUMBER, PUBLIC, Town
from tests.storage.conftest import postgresql

__all__ = ["audio", "postgresql"]
STAFF = "+27820000099"
COUNSELLORS = {"Thandi": "+27821110001", "Sipho": "+27821110002", "Naledi": "+27821110003"}
SHIFT = "DTSTART:20200101T000000Z\nDTEND:20200102T000000Z\nRRULE:FREQ=DAILY"


@pytest.fixture(scope="session")
def bucket() -> Iterator[str]:
    """TAKES_URL; who may is said by `CREDENTIALS`."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    keys = {"aws_access_key_id": "of the tests", "aws_secret_access_key": "of the tests"}
    client = boto3.client("s3", endpoint_url=url, region_name="us-east-1", **keys)
    client.create_bucket(Bucket="helpline")
    client.close()
    yield f"s3://helpline/ours?endpoint={url}"
    server.stop()


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    with a_provider() as found:
        yield found


@pytest.fixture(scope="session")
def database_url(postgresql: str) -> str:
    """A database of our own on the server."""
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute("CREATE DATABASE nodes")
    return postgresql.replace("/postgres?", "/nodes?")


@pytest.fixture(scope="session")
def shared(
    database_url: str, bucket: str, provider: Provider, audio: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """What the machines have in common; staff are told by SMS, and nobody is left alone after a call."""
    prompts = shutil.copytree(audio.parent / "prompts", tmp_path_factory.mktemp("words") / "prompts")
    toml = prompts / "helpline.toml"
    text = re.sub(r"wrap_up_seconds = \d+", "wrap_up_seconds = 0", toml.read_text())
    text = re.sub(r"^sms = \[\]", f'sms = ["{STAFF}"]', text, flags=re.MULTILINE)
    toml.write_text(text)
    return {
        "DATABASE_URL": database_url,
        "TAKES_URL": bucket,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": provider.url,
        "HELPLINE_NUMBER": NUMBER,
        "PUBLIC_URL": PUBLIC,
        "PROMPTS_DIR": str(prompts),
        "SECRET_KEY": "of the nodes, and of nobody else",
        "AWS_ACCESS_KEY_ID": "of the tests",
        "AWS_SECRET_ACCESS_KEY": "of the tests",
    }


@pytest.fixture(scope="session")
def running(
    shared: dict[str, str], audio: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Machine, Machine]]:
    """Both machines, started at the same moment on a database that only has counsellors."""
    folder = tmp_path_factory.mktemp("machines")
    found = []
    for name in ("first", "second"):
        _sounds(audio, folder / name / "audio")
        found.append(Machine(name, folder / name, shared))
    _fill(found[0], folder)
    try:
        for each in found:
            each.start()
        yield found[0], found[1]
    finally:
        for each in found:
            each.stop()


@pytest.fixture
def machines(running: tuple[Machine, Machine]) -> tuple[Machine, Machine]:
    """Both, serving; one that was killed is started again."""
    for each in running:
        if each.process is None:
            each.start()
    for each in running:
        until(each.ready)
    return running


@pytest.fixture
def town(machines: tuple[Machine, Machine], provider: Provider, audio: Path) -> Iterator[Town]:
    """The network; after a test nobody is on the telephone any more."""
    found = Town(machines, provider, _words(audio), over=len(provider.placed))
    yield found
    found.all_hang_up()


def _sounds(audio: Path, folder: Path) -> None:
    """A copy whose list says how long the sounds are, so that whoever speaks more leaves the rest."""
    shutil.copytree(audio, folder)
    for code in LANGUAGES:
        entries = read_manifest(audio, code)
        write_manifest(folder, code, {each: replace(entry, seconds=0.01) for each, entry in entries.items()})


def _fill(machine: Machine, folder: Path) -> None:
    people = "".join(
        f"{name},{phone},en,{place}\n" for place, (name, phone) in enumerate(COUNSELLORS.items(), 1)
    )
    (folder / "people.csv").write_text(f"name,phone,languages,priority\n{people}")
    shifts = "".join(
        f"BEGIN:VEVENT\nUID:{name}\nSUMMARY:{name}\n{SHIFT}\nEND:VEVENT\n" for name in COUNSELLORS
    )
    (folder / "shifts.ics").write_text(f"BEGIN:VCALENDAR\nVERSION:2.0\n{shifts}END:VCALENDAR\n")
    machine.run("migrate")
    machine.run("counsellors", "import", str(folder / "people.csv"))
    machine.run("roster", "import", str(folder / "shifts.ics"))


def _words(audio: Path) -> dict[str, frozenset[str]]:
    """Which prompts each shipped sound may be: some have the same words."""
    load(audio.parent / "prompts")
    found: dict[str, set[str]] = {}
    for code in LANGUAGES:
        for prompt, entry in read_manifest(audio, code).items():
            found.setdefault(f"{code}/{entry.file}", set()).add(prompt)
    return {file: frozenset(names) for file, names in found.items()}
