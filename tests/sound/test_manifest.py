import json
from pathlib import Path

import pytest

from ivr.sound.manifest import Entry, ManifestError, read_manifest, write_manifest

ENTRY = Entry("00ff", "words", "espeak", 1.5, -20.0, -3.4)
TOLD = {"key": "00ff", "words": "words", "engine": "espeak", "seconds": 1.5, "level": -20, "peak": -3.4}


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write_manifest(tmp_path, "en", {"welcome": ENTRY})

    assert {"welcome": ENTRY} == read_manifest(tmp_path, "en")


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "[]",
        "null",
        '{"version": 1}',
        '{"version": 2, "prompts": {}}',
        '{"version": 1, "prompts": null}',
        '{"version": 1, "prompts": []}',
        '{"version": 1, "prompts": {"welcome": null}}',
        json.dumps({"version": 1, "prompts": {"welcome": TOLD | {"key": 5}}}),
        json.dumps({"version": 1, "prompts": {"welcome": TOLD | {"seconds": "1.5"}}}),
        json.dumps({"version": 1, "prompts": {"welcome": TOLD | {"level": None}}}),
    ],
)
def test_a_damaged_list_is_named_with_what_to_do(tmp_path: Path, damaged: str) -> None:
    path = tmp_path / "en" / "manifest.json"
    path.parent.mkdir()
    path.write_text(damaged)

    with pytest.raises(ManifestError, match=r"en/manifest\.json: .*delete it and run: ivr audio build"):
        read_manifest(tmp_path, "en")
