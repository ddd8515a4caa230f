"""Services that tests start for themselves: a private Redis on a Unix socket."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from live import publish
from live.redis import client


class RedisServer:
    """A redis-server of our own, in memory only, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}?db=0"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def celery_url(self) -> str:
        """The address as Celery writes it."""
        return f"redis+socket://{self.socket}?virtual_host=0"

    @property
    def pid(self) -> int:
        """The process to pause or kill."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start empty and wait until it answers."""
        program = shutil.which("redis-server") or shutil.which("valkey-server")
        if program is None:
            pytest.fail("There is no redis-server on this machine; ./guesthouse test installs it.")
        settings = ["--port", "0", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(
            [program, "--unixsocket", str(self.socket), *settings],
            stdout=subprocess.DEVNULL,
            cwd=self.socket.parent,
        )
        wait_until(self.answers, what="Redis")

    def answers(self) -> bool:
        """Say whether it takes commands."""
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1) as probe:
                return bool(probe.ping())
        except redis.RedisError:
            return False

    def kill(self) -> None:
        """End it at once, with everything it knows."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        self.socket.unlink(missing_ok=True)


def wait_until(condition: object, *, seconds: float = 10.0, what: str = "it") -> None:
    """Wait until `condition()` is true; fail the test after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if time.monotonic() > deadline:
            pytest.fail(f"{what} took longer than {seconds} seconds")
        time.sleep(0.01)


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A running Redis that nobody else uses."""
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def live_redis(redis_server: RedisServer, settings: object) -> Iterator[RedisServer]:
    """The same, as the Redis of the portal under test."""
    publish.flush(10)  # what earlier tests announced goes nowhere, and is no loss of this one's
    settings.REDIS_URL = redis_server.url  # type: ignore[attr-defined]
    client.cache_clear()
    publish._state.lost = False
    yield redis_server
    client.cache_clear()
