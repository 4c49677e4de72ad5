"""What `ivr serve` refuses before it answers the first call."""

import os
import subprocess
import sys

UNWRITABLE = "/proc"  # a folder in which nobody, root included, can make a file


def test_a_data_dir_that_cannot_be_written_is_said_at_once() -> None:
    environment = {**os.environ, "DATA_DIR": UNWRITABLE, "PORT": "5499", "TWILIO_ACCOUNT_SID": ""}

    command = [sys.executable, "-m", "ivr", "serve"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)

    assert 1 == ended.returncode
    assert f"DATA_DIR: {UNWRITABLE} cannot be written" in ended.stderr
    assert "Traceback" not in ended.stderr
