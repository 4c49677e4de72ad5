"""A PostgreSQL server of one test: it can be stopped, held, made read-only, filled up, and brought back."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest

from tests.storage.conftest import _NOBODY, _programs

_SMALL = "size=120m"  # an empty server takes about sixty


@dataclass(frozen=True)
class Cluster:
    """Its folder, which is also where its socket is; `user` runs it, because it refuses to be run by root."""

    folder: Path
    programs: Path
    user: int | None

    @property
    def url(self) -> str:
        return f"postgresql://ivr@/postgres?host={self.folder}"

    def run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self.programs / program, "-D", self.folder / "data", *arguments],
            check=True,
            cwd=self.folder,
            user=self.user,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c max_wal_size=64MB -F"
        self.run("pg_ctl", "-w", "-o", options, "start")

    def stop(self) -> None:
        """As if its machine were switched off."""
        self.run("pg_ctl", "-w", "-m", "immediate", "stop")

    def signal(self, number: int) -> None:
        """Send a signal to all of its processes."""
        first = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        others = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for each in (first, *map(int, others)):
            os.kill(each, number)

    def hold(self) -> None:
        """It is there and takes connections, and answers nobody."""
        self.signal(signal.SIGSTOP)

    def release(self) -> None:
        self.signal(signal.SIGCONT)

    def allow_writing(self, allowed: bool) -> None:
        """Every session from now on, and those there are, may write or not."""
        only = "off" if allowed else "on"
        self.sql(f"ALTER SYSTEM SET default_transaction_read_only = {only}", "SELECT pg_reload_conf()")
        self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

    def sql(self, *statements: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            for each in statements:
                connection.execute(each)


@contextmanager
def started(*, small: bool = False) -> Iterator[Cluster]:
    """A server; a `small` one lies on a file system of its own, which needs the right to mount one."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    folder = Path(mkdtemp(prefix="ivr-pg-"))
    cluster = Cluster(folder, programs, _NOBODY if os.getuid() == 0 else None)
    if small:
        _mount(folder)
    try:
        if cluster.user:
            os.chown(folder, cluster.user, cluster.user)
        cluster.run("initdb", "-A", "trust", "-U", "ivr", "--no-sync", "--wal-segsize=1")
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        if small:
            subprocess.run(["umount", folder], check=True)
        shutil.rmtree(folder)


def _mount(folder: Path) -> None:
    command = ["mount", "-t", "tmpfs", "-o", _SMALL, "tmpfs", folder]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        folder.rmdir()
        pytest.skip("a small file system cannot be mounted here; it needs root")


def fill(path: Path) -> None:
    """Take all the room there is on the disk of `path`."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 10, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
