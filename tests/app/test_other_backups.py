"""Backups of other versions, and files that only pretend to be one."""

import json
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from ivr.app.backup import proof_of
from ivr.app.restore import RestoreError, restore
from ivr.storage.archive import ArchiveError, writing_archive
from ivr.storage.counsellors import list_counsellors
from ivr.storage.engine import engine_for, reading
from ivr.storage.schema import head, present
from tests.app.stage import stage_settings

KEY_PROOF = proof_of(b"of the tests")


def test_a_backup_of_an_older_version_is_brought_to_this_one(tmp_path: Path, audio: Path) -> None:
    made = tmp_path / "old.backup"
    row = b'{"id": 7, "key": "k", "name": "Thandi", "phone": "+278211", "languages": "en", "priority": 1}'
    with writing_archive(made) as archive:
        told = {"format": 1, "version": "0.0.9", "schema": "0001", "made": "2025-06-01", "key": KEY_PROOF}
        archive.add("manifest.json", json.dumps(told).encode())
        archive.add("tables/counsellors.jsonl", row + b"\n")
        archive.add("tables/revision.jsonl", b'{"id": 1, "number": 40}\n')
        archive.add("prompts/en.toml", b"")
    new = stage_settings(tmp_path / "new", audio)
    restore(new, made)
    engine = engine_for(new.database_url)
    with reading(engine) as connection:
        people, version = list_counsellors(connection), present(connection)
    engine.dispose()

    assert [("Thandi", 1)] == [(each.name, each.tier) for each in people]
    assert head() == version


def test_a_backup_of_a_newer_version_is_left_to_that(tmp_path: Path, audio: Path) -> None:
    made = tmp_path / "new.backup"
    with writing_archive(made) as archive:
        told = {"format": 1, "version": "9.0", "schema": "9999", "made": "2035-06-01", "key": KEY_PROOF}
        archive.add("manifest.json", json.dumps(told).encode())
    with pytest.raises(RestoreError, match=r"version 9\.0"):
        restore(stage_settings(tmp_path / "new", audio), made)


def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path, audio: Path) -> None:
    made = tmp_path / "evil.backup"
    with tarfile.open(made, "w:gz") as tar:
        for name in ("manifest.json", "data/../../evil"):
            entry = tarfile.TarInfo(name)
            entry.size = 2
            tar.addfile(entry, BytesIO(b"{}"))
    with pytest.raises(ArchiveError, match="nothing that a backup holds"):
        restore(stage_settings(tmp_path / "new", audio), made)

    assert not (tmp_path / "evil").exists()
