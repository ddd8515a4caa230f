"""A PostgreSQL of the tests' own: a cluster in a folder, reached by a socket there alone."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

DEBIAN = Path("/usr/lib/postgresql")
NAME = "guesthouse"


class PostgresServer:
    """A server that lives as long as a test; it keeps nothing safe, which makes it quick."""

    def __init__(self) -> None:
        self.person = _unprivileged()
        self.folder = Path(tempfile.mkdtemp(prefix="guesthouse-pg-"))
        if self.person:
            shutil.chown(self.folder, self.person)
        self.url = f"postgres://{NAME}@/postgres?host={self.folder}"

    def start(self) -> None:
        """Make the cluster and wait until it answers."""
        secure = ["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
        self._run("initdb", "--pgdata", self._data, "--username", NAME, *secure)
        settings = f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off"
        more = "-c synchronous_commit=off -c full_page_writes=off -c max_connections=150"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", self._data, "-w", "-l", log, "-o", f"{settings} {more}", "start")

    def stop(self) -> None:
        """End it at once and take it away."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [find(program), *words],
            cwd=self.folder,
            user=self.person,
            group=self.person and pwd.getpwnam(self.person).pw_gid,
            extra_groups=[] if self.person else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def find(program: str) -> str:
    """Return where a program of the server is: Debian keeps them out of the path."""
    newest = sorted(DEBIAN.glob(f"*/bin/{program}"), key=lambda path: int(path.parts[-3]))
    found = str(newest[-1]) if newest else shutil.which(program)
    if not found:
        pytest.fail("There is no PostgreSQL on this machine; ./guesthouse test installs it.")
    return found


def _unprivileged() -> str | None:
    """Return in whose name it runs: the server refuses to be root's."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    """A running PostgreSQL."""
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.stop()
