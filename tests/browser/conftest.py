"""A real portal for a real browser: uvicorn on a free port, own data folder, own Redis.

Rows are made by `scenes.py`, which runs beside the portal as another of its processes, so that
what it announces travels the real way to the open page.
"""

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.services import RedisServer, wait_until

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "test-results"


class Portal:
    """The running portal."""

    def __init__(self, folder: Path, redis: RedisServer) -> None:
        self.redis = redis
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "web.log"
        self.env = {
            **os.environ,
            "GUESTHOUSE_DATA": str(folder),
            "REDIS_URL": redis.url,
            "DJANGO_SETTINGS_MODULE": "hypervisor_site.settings",
            "DEBUG": "yes",
            "PYTHONPATH": str(ROOT),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._stage: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Make the database and wait until the first answer."""
        self.run("manage.py", "migrate", "--verbosity", "0", "--skip-checks")
        self.run("manage.py", "createcachetable")
        command = [sys.executable, "-m", "uvicorn", "hypervisor_site.asgi:application"]
        options = ["--port", str(self.port), "--log-level", "warning"]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [*command, *options], cwd=ROOT, env=self.env, stdout=log, stderr=log
            )
        self._stage = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.scenes"],
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        wait_until(self.answers, seconds=60, what="the portal")

    def stop(self) -> None:
        """End it."""
        for process in (self._stage, self._process):
            if process is not None:
                process.terminate()
                process.wait(10)

    def answers(self) -> bool:
        """Say whether it is up."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=1) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def run(self, *arguments: str) -> str:
        """Run a Python program of ours in the portal's environment; return what it prints."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def scene(self, scene_name: str, /, **wishes: Any) -> Any:
        """Play a scene of `scenes.py` and return what it gives back."""
        stage = self._stage
        assert stage is not None
        assert stage.stdin is not None
        assert stage.stdout is not None
        stage.stdin.write(json.dumps([scene_name, wishes]) + "\n")
        stage.stdin.flush()
        told = json.loads(stage.stdout.readline())
        assert "error" not in told, told["error"]
        return told["result"]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def running_portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """One portal for all tests of the browser."""
    folder = tmp_path_factory.mktemp("portal")
    redis = RedisServer(folder)
    redis.start()
    portal = Portal(folder, redis)
    try:
        portal.start()
        yield portal
    finally:
        portal.stop()
        redis.kill()


@pytest.fixture
def portal(running_portal: Portal) -> Portal:
    """The portal, with nobody and nothing in it."""
    running_portal.scene("nothing")
    return running_portal


@pytest.fixture
def sign_in(portal: Portal, context: BrowserContext) -> Callable[[str], None]:
    """Sign a person in without the form: give the browser a session of theirs."""

    def do(username: str) -> None:
        key = portal.scene("session", username=username)
        context.add_cookies([{"name": "sessionid", "value": key, "url": portal.url}])

    return do


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the page throws or logs as an error; the test fails on any."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda line: heard.append(line.text) if line.type == "error" else None)
    page.on("requestfailed", lambda request: heard.append(f"{request.url} {request.failure}"))
    yield heard
    # What is under way when a page is left is given up; that is no fault.
    assert [line for line in heard if "ERR_ABORTED" not in line] == []


@pytest.fixture
def picture(page: Page) -> Callable[[str], None]:
    """Keep a picture of the page for people to look at."""
    PICTURES.mkdir(exist_ok=True)

    def take(name: str) -> None:
        # Hiding the caret would inject a style, which our content policy refuses.
        page.screenshot(path=PICTURES / f"{name}.png", caret="initial")

    return take
