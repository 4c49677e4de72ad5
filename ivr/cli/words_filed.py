"""What commands about edited words share: who does it, and which words of the file they stand over."""

import os
from getpass import getuser
from hashlib import sha256

from ivr.content import Content


def user() -> str:
    """Whoever runs the command, for the version and the audit log."""
    try:
        return getuser()
    except (KeyError, OSError):  # a container's user may have a number and no name
        return f"user {os.getuid()}"


def file_hash(content: Content, language: str, prompt: str) -> str:
    """The hash of the words in the file, as the console stores it with a version; "" if there are none."""
    found = content.prompt(language, prompt)
    filed = (found.written if found.filed is None else found.filed) if found else ""
    return sha256(filed.encode()).hexdigest() if filed else ""
