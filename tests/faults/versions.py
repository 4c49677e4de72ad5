"""The program in a folder of its own, and the version after it: one that serves, and one that cannot."""

import shutil
import subprocess
import sys
from pathlib import Path

from ivr.storage.schema import head
from tests.faults.serving import ROOT, Helpline

NEWER = "alive, and newer"
NEXT_TABLES = f"{int(head()) + 1:04}"

STEP = f'''"""What the version after this one keeps besides."""

from alembic import op
from sqlalchemy import text

revision = "{NEXT_TABLES}"
down_revision = "{head()}"


def upgrade() -> None:
    op.execute(text("CREATE TABLE of_a_newer_version (id INTEGER PRIMARY KEY)"))
    op.execute(text("ALTER TABLE promises ADD COLUMN of_a_newer_version INTEGER"))
    op.execute(text("ALTER TABLE counsellors ADD COLUMN of_a_newer_version INTEGER DEFAULT 7 NOT NULL"))
'''


def copied(folder: Path) -> Path:
    """The program as it is, in `folder`."""
    shutil.copytree(ROOT / "ivr", folder / "ivr", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def make_newer(folder: Path) -> None:
    """Put the version after it in its place: another answer, and a step of the tables."""
    _change(folder / "ivr" / "telephony" / "health.py", '"alive', f'"{NEWER}')
    (folder / "ivr" / "storage" / "migrations" / "versions" / f"{NEXT_TABLES}_newer.py").write_text(STEP)


def break_it(folder: Path) -> None:
    """Put a version in its place that is begun well, and fails as soon as it answers."""
    _change(folder / "ivr" / "app" / "web.py", "def web(", "import nothing_of_that_name\n\n\ndef web(")


def migrate(folder: Path, helpline: Helpline) -> None:
    """`ivr migrate` of the version in `folder`, as an operator does it while the other serves."""
    command = [sys.executable, "-m", "ivr", "migrate"]
    environ = {"DATABASE_URL": helpline.settings.database_url, "DATA_DIR": str(helpline.settings.data_dir)}
    subprocess.run(command, cwd=folder, env=environ, check=True, capture_output=True)


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
