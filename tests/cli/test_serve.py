"""What `ivr serve` refuses before it answers the first call."""

import os
import socket
import subprocess
import sys

UNWRITABLE = "/proc"  # a folder in which nobody, root included, can make a file


def test_a_data_dir_that_cannot_be_written_is_said_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = str(found.getsockname()[1])
    environment = {**os.environ, "DATA_DIR": UNWRITABLE, "PORT": port, "TWILIO_ACCOUNT_SID": ""}

    command = [sys.executable, "-m", "ivr", "serve"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)

    assert 1 == ended.returncode
    assert f"DATA_DIR: {UNWRITABLE} cannot be written" in ended.stderr
    assert "Traceback" not in ended.stderr
