"""Does one command bring up the whole portal, and take all of it down again?"""

import json
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from launcher.places import BASE_DIR
from launcher.testing import clean_environment
from tests.lab.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.lab]
PARTS = {"web": "uvicorn", "console": "console_gateway", "watcher": "manage.py watch",
         "worker": "-Q libvirt", "heavy": "-Q heavy", "beat": " beat -s ",
         "redis": "redis-server"}  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Portal:
    """A `guesthouse up` or `demo` in the background."""

    def __init__(self, command: str, data: Path) -> None:
        self.data, self.port, self.began = data, free_port(), time.monotonic()
        self.log = data.with_suffix(f".{self.port}.log")
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [str(BASE_DIR / "guesthouse"), command, "--data", str(data), "--yes",
                 "--port", str(self.port)],
                cwd="/", env=clean_environment(), stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def output(self) -> str:
        return self.log.read_text()

    def wait_ready(self, seconds: float) -> float:
        """Wait for the address to be printed and return how long that took."""
        wait_until(
            lambda: "is ready" in self.output() or self.process.poll() is not None, timeout=seconds
        )
        assert self.process.poll() is None, self.output()
        return time.monotonic() - self.began

    def get(self, path: str) -> tuple[int, str]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()

    def parts(self) -> dict[str, int]:
        """Return the portal's processes, found by their environment, by what they are."""
        found: dict[str, int] = {}
        for path in Path("/proc").glob("[0-9]*"):
            try:
                environment = (path / "environ").read_bytes()
                command = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            # Redis writes its title over its environment; its socket is in the title.
            ours = f"GUESTHOUSE_DATA={self.data}\0".encode() in environment + b"\0"
            if ours or f"{self.data}/run/redis.sock" in command:
                name = next((n for n, word in PARTS.items() if word in command), command)
                found.setdefault(name, int(path.name))
        return found

    def stop(self, number: int = signal.SIGINT) -> float:
        """Stop as a person would, and return how long that took."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(20)
        return time.monotonic() - began


@contextmanager
def portal(command: str, data: Path) -> Iterator[Portal]:
    """Run a portal; whatever happens, nothing of it stays."""
    it = Portal(command, data)
    try:
        yield it
    finally:
        if it.process.poll() is None:
            it.stop(signal.SIGTERM)


def test_up_serves_restarts_and_stops_cleanly(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with portal("up", data) as first:
        first.wait_ready(300)
        assert re.search(r"Sign in as admin, password  \S+", first.output())
        assert json.loads(first.get("/readyz")[1])["status"] == "ready"
        assert "Guesthouse" in first.get("/")[1]
        wait_until(lambda: set(PARTS) <= set(first.parts()), timeout=30)

        assert subprocess.run(
            [str(BASE_DIR / "guesthouse"), "up", "--data", str(data), "--yes"],
            env=clean_environment(), capture_output=True, text=True, check=False,
        ).returncode == 2  # fmt: skip

        victim = first.parts()["watcher"]
        subprocess.run(["kill", "-KILL", str(victim)], check=True)
        wait_until(lambda: first.parts().get("watcher", victim) != victim, timeout=15)

        assert first.stop() < 10
        assert first.process.returncode == 0
        assert first.parts() == {}

    with portal("up", data) as second:
        second.wait_ready(60)
        assert "password" not in second.output()
        second.process.kill()
        wait_until(lambda: second.parts() == {}, timeout=20, what="nothing outlives a killed `up`")


def test_demo_needs_no_hypervisor(tmp_path: Path) -> None:
    with portal("demo", tmp_path / "demo") as demo:
        demo.wait_ready(300)
        assert demo.get("/healthz")[0] == 200
        assert demo.stop() < 10
