"""A whole portal for a test or benchmark: one command on a fresh data folder and a free port."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "a-bench-of-oak-and-iron"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Portal:
    """A running portal; `command` is `up` or `demo`.

    Without a `password` the first administrator gets a generated one, as for a newcomer.
    """

    def __init__(self, command: str = "up", *, password: str = PASSWORD) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="guesthouse-portal-")
        self.data = Path(self.folder.name)
        self.port = free_port()
        self.command = command
        self.environment = {
            **os.environ,
            "GUESTHOUSE_ADMIN_PASSWORD": password,
            "GUESTHOUSE_DATA": str(self.data),
            "GUESTHOUSE_NO_LOCAL_HOST": "1",
        }
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.token = ""
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        words = [str(ROOT / "guesthouse"), self.command, "--yes"]
        words += ["--port", str(self.port), "--data", str(self.data)]
        log = (self.data / "portal.log").open("wb")
        self.process = subprocess.Popen(
            words, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )
        self._wait_ready(120)
        self.token = self.manage("token", "admin").strip().splitlines()[-1]
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
        self.folder.cleanup()

    @property
    def url(self) -> str:
        """Where the portal answers."""
        return f"http://127.0.0.1:{self.port}"

    def said(self) -> str:
        """Return what the command has printed so far."""
        return (self.data / "portal.log").read_text(errors="replace")

    def manage(self, *words: str) -> str:
        """Run a management command in the portal's environment and return what it printed."""
        command = [sys.executable, str(ROOT / "manage.py"), *words]
        done = subprocess.run(
            command, env=self.environment, check=True, stdout=subprocess.PIPE, cwd=ROOT
        )
        return done.stdout.decode()

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Call the API and return status and JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text else None

    def wait_for_host(self, name: str, seconds: float = 30) -> dict[str, Any]:
        """Wait until a host is online and return it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            _status, page = self.ask("GET", "/api/v1/hosts?page_size=200")
            for host in page["items"]:
                if host["name"] == name and host["state"] in {"online", "not_ready"}:
                    return dict(host)
            time.sleep(0.2)
        raise TimeoutError(f"{name} did not come online within {seconds:g} s")

    def _wait_ready(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process and self.process.poll() is not None:
                raise RuntimeError(self.said()[-4000:])
            with suppress(OSError, http.client.HTTPException, ValueError):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
                connection.request("GET", "/readyz")
                if json.loads(connection.getresponse().read())["status"] == "ready":
                    return
            time.sleep(0.2)
        raise TimeoutError("the portal did not become ready")


class Visitor:
    """A signed-in person with a keep-alive connection, for timing pages."""

    def __init__(self, port: int, *, username: str = "admin", password: str = PASSWORD) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies: dict[str, str] = {}
        self.get("/account/login/")
        form = {
            "login": username,
            "password": password,
            "csrfmiddlewaretoken": self.cookies["csrftoken"],
        }
        status = self.post("/account/login/", form)
        if status != 302 or "sessionid" not in self.cookies:
            raise RuntimeError(f"could not sign in (status {status})")

    def get(self, path: str) -> float:
        """Fetch a page and return the seconds it took. Raises RuntimeError unless it is 200."""
        begun = time.perf_counter()
        status = self._send("GET", path, None)
        took = time.perf_counter() - begun
        if status != 200:
            raise RuntimeError(f"{path} answered {status}")
        return took

    def post(self, path: str, form: dict[str, str]) -> int:
        """Post a form and return the status."""
        return self._send("POST", path, urlencode(form))

    def _send(self, method: str, path: str, body: str | None) -> int:
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _equals, rest = value.partition("=")
                self.cookies[key] = rest.split(";", 1)[0]
        return answer.status
