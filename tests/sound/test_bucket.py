"""Takes in a bucket, on a server of our own that speaks as Amazon's does."""

import logging
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy import Engine

from ivr.content.catalogue import Prompt
from ivr.settings import SettingsError, read_settings
from ivr.sound.bucket import BucketStore, read_bucket
from ivr.sound.intake import Origin
from ivr.sound.nearby import Nearby, ServedSounds
from ivr.sound.report import Examined, Master, Report
from ivr.sound.store import StoreAwayError
from ivr.sound.takes import Takes, open_takes
from ivr.storage.engine import engine_for, migrate, reading
from ivr.storage.takes import Take, live_takes, take_to_row

NAME = f"zu/{'a' * 64}.wav"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PROMPT = Prompt("welcome", "zu", "Sawubona.", "", 5, 1)
ORIGIN = Origin("a.wav", "upload", "Thandi", NOON)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The server's URL; it holds the bucket `helpline`."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    found = ThreadedMotoServer("127.0.0.1", 0)
    found.start()
    host, port = found.get_host_and_port()
    yield f"http://{host}:{port}"
    found.stop()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """TAKES_URL of an empty bucket."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "of the tests")
    client = boto3.client("s3", endpoint_url=server, region_name="us-east-1")
    client.create_bucket(Bucket="helpline")
    for each in client.list_objects_v2(Bucket="helpline").get("Contents", []):
        client.delete_object(Bucket="helpline", Key=each["Key"])
    client.close()
    return f"s3://helpline/of/ours?endpoint={server}"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    migrate(engine)
    yield engine
    engine.dispose()


def machine(folder: Path, engine: Engine, takes_url: str) -> Takes:
    """One of several that share storage and bucket, with a disk of its own."""
    settings = read_settings({"DATA_DIR": str(folder), "TAKES_URL": takes_url})
    return open_takes(settings, engine, lambda: NOON)


def drafted(takes: Takes, sound: bytes = b"one") -> Take:
    examined = Examined(Report(2.0, 1.8, -20.0, ()), Master(b"RIFF" + sound, 2.0, -20.0, -3.0))
    take = takes.draft_of(PROMPT, sound, examined, ORIGIN).take
    assert take
    return take


def rows(engine: Engine) -> list[dict[str, object]]:
    with reading(engine) as connection:
        return [take_to_row(each) for each in live_takes(connection)]


def test_a_bucket_keeps_a_file_until_it_is_removed(bucket: str) -> None:
    store = read_bucket(bucket)
    store.put(NAME, b"sound")

    assert (True, b"sound") == (store.has(NAME), store.get(NAME))

    store.delete(NAME)

    assert (False, None) == (store.has(NAME), store.get(NAME))


def test_files_lie_under_the_prefix_by_language(bucket: str, server: str) -> None:
    read_bucket(bucket).put(NAME, b"sound")
    client = boto3.client("s3", endpoint_url=server, region_name="us-east-1")
    keys = [each["Key"] for each in client.list_objects_v2(Bucket="helpline")["Contents"]]
    client.close()

    assert [f"of/ours/{NAME}"] == keys


@pytest.mark.parametrize("name", ["../etc/passwd", f"zu/{'a' * 64}", f"zu/../{'a' * 64}.wav", "zu/", "/a"])
def test_only_names_of_takes_are_asked_for(name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a take"):
        BucketStore("helpline").get(name)


def test_a_bucket_that_does_not_answer_is_away(bucket: str) -> None:
    del bucket
    nobody = read_bucket("s3://helpline/?endpoint=http://127.0.0.1:9")

    with pytest.raises(StoreAwayError, match="TAKES_URL: the bucket helpline"):
        nobody.put(NAME, b"sound")


def test_a_bucket_that_is_none_is_no_store_without_files(bucket: str, server: str) -> None:
    del bucket

    with pytest.raises(StoreAwayError):
        read_bucket(f"s3://nothing-here?endpoint={server}").get(NAME)


@pytest.mark.parametrize("url", ["helpline", "https://host/b", "s3://", "s3://b?endpoint=host", "s3://b?x=1"])
def test_a_url_of_no_bucket_is_refused_with_what_to_write(url: str) -> None:
    with pytest.raises(SettingsError, match="TAKES_URL: not a bucket; write s3://bucket/prefix"):
        read_settings({"TAKES_URL": url})


def test_what_one_machine_accepts_another_serves_once_its_file_is_there(
    bucket: str, engine: Engine, tmp_path: Path
) -> None:
    first, second = machine(tmp_path / "1", engine, bucket), machine(tmp_path / "2", engine, bucket)
    take = first.accept(drafted(first).id, "Thandi")
    nearby = Nearby(second.files, lambda: None)

    assert () == nearby.of(rows(engine))
    assert 0 == nearby.fetch()
    assert [take.id] == [each.id for each in nearby.of(rows(engine))]
    assert b"RIFFone" == (tmp_path / "2" / "takes" / "zu" / take.file).read_bytes()


def test_callers_hear_the_take_before_until_the_new_one_is_there(
    bucket: str, engine: Engine, tmp_path: Path
) -> None:
    first, second = machine(tmp_path / "1", engine, bucket), machine(tmp_path / "2", engine, bucket)
    nearby = Nearby(second.files, lambda: None)
    old = first.accept(drafted(first, b"old").id, "Thandi")
    nearby.of(rows(engine))
    nearby.fetch()
    nearby.of(rows(engine))
    new = first.accept(drafted(first, b"new").id, "Thandi")
    later = rows(engine)

    assert [old.id] == [each.id for each in nearby.of(later)]

    nearby.fetch()

    assert [new.id] == [each.id for each in nearby.of(later)]


def test_a_machine_that_has_never_seen_a_take_serves_it_when_it_is_asked(
    bucket: str, engine: Engine, tmp_path: Path
) -> None:
    first, second = machine(tmp_path / "1", engine, bucket), machine(tmp_path / "2", engine, bucket)
    take = first.accept(drafted(first).id, "Thandi")
    served = ServedSounds(tmp_path / "audio", second.files)

    path = served.find("zu", take.file)

    assert path
    assert b"RIFFone" == path.read_bytes()
    assert served.find("zu", take.original) is None
    assert served.find("zu", f"{'b' * 64}.wav") is None


def test_a_draft_of_one_machine_is_accepted_on_another(bucket: str, engine: Engine, tmp_path: Path) -> None:
    first, second = machine(tmp_path / "1", engine, bucket), machine(tmp_path / "2", engine, bucket)

    assert second.accept(drafted(first).id, "Ann").live


def test_with_the_bucket_away_an_accepted_take_waits_on_disk_and_follows(
    bucket: str, engine: Engine, tmp_path: Path
) -> None:
    away = machine(tmp_path / "1", engine, "s3://helpline/of/ours?endpoint=http://127.0.0.1:9")
    draft = drafted(away)

    assert not away.accept(draft.id, "Thandi").live
    assert 1 == away.follow()
    assert [] == rows(engine)

    back = machine(tmp_path / "1", engine, bucket)

    assert 0 == back.follow()
    assert [draft.id] == [row["id"] for row in rows(engine)]
    shutil.rmtree(tmp_path / "1")
    assert b"RIFFone" == back.master(draft)


def test_messages_lie_beside_the_takes_and_are_listed_with_their_time(bucket: str) -> None:
    store, name = read_bucket(bucket), f"messages/RE{'1' * 32}.wav"
    store.put(NAME, b"a take")
    store.put(name, b"a message")
    listed = store.listed("messages")

    assert [name] == list(listed)
    assert (listed[name], None) == (store.written(name), store.written(f"messages/RE{'2' * 32}.wav"))


def test_a_bucket_that_does_not_answer_lists_nothing(bucket: str) -> None:
    lost = BucketStore("lost", endpoint=bucket.partition("endpoint=")[2])

    with pytest.raises(StoreAwayError, match="TAKES_URL"):
        lost.listed("messages")
