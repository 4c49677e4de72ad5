"""What is installed is what was looked at: every package by one exact version, from the index alone."""

from importlib.metadata import version
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]


def pins() -> list[Requirement]:
    """The packages for this system."""
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    found = [
        Requirement(line) for line in lines if line.strip() and not line.lstrip().startswith(("#", "-e"))
    ]
    return [each for each in found if each.marker is None or each.marker.evaluate()]


def test_every_package_is_pinned_to_one_version_of_the_index() -> None:
    assert pins()
    assert [] == [
        str(each) for each in pins() if each.url or ["=="] != [one.operator for one in each.specifier]
    ]


def test_the_versions_that_are_tested_are_the_pinned_ones() -> None:
    assert [] == [str(each) for each in pins() if version(each.name) not in each.specifier]
