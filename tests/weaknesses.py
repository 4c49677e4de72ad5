"""Whether a pinned package has a known weakness: asked where a network answers, said plainly where none does.

    python -m tests.weaknesses

Exit 1: there is one that [tool.known-weaknesses] in pyproject.toml does not name, with a reason.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LONGEST = 45.0  # seconds for all packages together
COMMAND = ("-m", "pip_audit", "-r", "requirements.txt", "--no-deps", "--disable-pip", "--timeout", "5")


class NotAskedError(Exception):
    """Nobody answers who knows of weaknesses; says why."""


def borne_with(text: str) -> dict[str, str]:
    """The weaknesses that pyproject.toml bears with, by id, each with its reason, or a ValueError."""
    found: dict[str, str] = tomllib.loads(text).get("tool", {}).get("known-weaknesses", {})
    bare = [each for each, reason in found.items() if not str(reason).strip()]
    if bare:
        raise ValueError(f"[tool.known-weaknesses]: say why {', '.join(bare)} may stay")
    return found


def report(run: Any = subprocess.run) -> Mapping[str, Any]:
    """What pip-audit says of requirements.txt; NotAskedError if it has nothing to say, or not in time."""
    words = [sys.executable, *COMMAND, "--format", "json", "--progress-spinner", "off"]
    try:
        done = run(words, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST, check=False)
        found: Mapping[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise NotAskedError(f"no answer within {LONGEST:.0f} seconds") from None
    except ValueError:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise NotAskedError(f"pip-audit: {last}") from None
    if unknown(found) == len(found["dependencies"]):
        raise NotAskedError("what answers knows none of them")
    return found


def weaknesses(told: Mapping[str, Any], borne: Mapping[str, str]) -> Iterator[str]:
    """Each weakness that is not borne with, and where it is gone."""
    for package in told["dependencies"]:
        for each in package.get("vulns", ()):
            if not {each["id"], *each.get("aliases", ())} & set(borne):
                better = ", ".join(each.get("fix_versions", ())) or "no version yet"
                yield f"{package['name']} {package['version']}: {each['id']}; mended in: {better}"


def unknown(told: Mapping[str, Any]) -> int:
    """How many packages nobody could say anything of."""
    return sum("skip_reason" in each for each in told["dependencies"])


def main() -> int:
    borne = borne_with((ROOT / "pyproject.toml").read_text("utf-8"))
    try:
        told = report()
    except NotAskedError as error:
        print(f"Packages: NOT looked up for known weaknesses: {error}; the tests go on.")
        return 0
    found, all_ = list(weaknesses(told, borne)), len(told["dependencies"])
    print(f"Packages: {all_ - unknown(told)} of {all_} looked up, {len(found)} known weaknesses.")
    for each in found:
        print(f"  {each}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
