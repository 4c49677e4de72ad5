"""The very first take, and the very first message, of a helpline outlive a power cut once they are kept."""

from pathlib import Path
from random import Random

import pytest

from ivr.sound.store import FolderStore
from tests.faults.power import recorded

TAKE, MESSAGE = f"en/{'a' * 64}.wav", f"messages/RE{'1' * 32}.wav"


@pytest.mark.parametrize(("folder", "name"), [("takes", TAKE), ("takes", MESSAGE), ("far/away/takes", TAKE)])
def test_what_is_kept_first_is_found_after_a_power_cut(tmp_path: Path, folder: str, name: str) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with recorded(data) as disk:
        FolderStore(data / folder).put(name, b"RIFF as it was said")
    left = []
    for number in range(20):
        into = tmp_path / str(number)
        disk.left(len(disk.events), Random(number), into)
        left.append(FolderStore(into / folder).get(name))

    assert {b"RIFF as it was said"} == set(left)
