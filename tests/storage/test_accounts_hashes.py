"""What passwords and PINs are hashed with in earnest: tests hash with less, in no time."""

import subprocess
import sys

from argon2 import extract_parameters
from argon2.low_level import Type

HASHED = "from ivr.storage.accounts_hashes import hashed_secret; print(hashed_secret('seven green bicycles'))"


def test_secrets_are_hashed_as_hard_as_owasp_asks_of_argon2id() -> None:
    stored = subprocess.run([sys.executable, "-c", HASHED], check=True, capture_output=True, text=True)
    used = extract_parameters(stored.stdout.strip())

    # https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id: 19 MiB, 2, 1
    assert (Type.ID, 19 * 1024, 2, 1) == (used.type, used.memory_cost, used.time_cost, used.parallelism)
    assert (16, 32) == (used.salt_len, used.hash_len)
