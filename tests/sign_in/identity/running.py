"""Start the identity provider, and tell it who is there and how to answer."""

import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any

import requests

from tests.portal import free_port
from tests.services import wait_until

ROOT = Path(__file__).resolve().parents[3]


class Identity:
    """A running identity provider."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.metadata = f"{self.url}/metadata"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Wait until it answers."""
        words = [sys.executable, "-m", "tests.sign_in.identity.server"]
        with (self.folder / "identity.log").open("wb") as log:
            self.process = subprocess.Popen(
                [*words, str(self.folder), str(self.port)], cwd=ROOT, stdout=log, stderr=log
            )
        wait_until(self.answers, seconds=30, what="the identity provider")

    def answers(self) -> bool:
        """Say whether it is up."""
        try:
            return requests.get(self.metadata, timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def know(self, metadata: bytes, name: str = "portal") -> None:
        """Have it know a portal by its metadata."""
        requests.put(f"{self.url}/know?name={name}", data=metadata, timeout=5).raise_for_status()

    def person(self, name: str, /, *groups: str, **told: Any) -> None:
        """Have somebody signed in there, and it answer in a certain way."""
        attributes = {
            "uid": [name],
            "mail": [f"{name}@example.org"],
            "givenName": [name.title()],
            "sn": ["Holm"],
            "isMemberOf": list(groups),
        }
        told = {"name": f"id-of-{name}", "attributes": attributes, **told}
        requests.put(f"{self.url}/told", json=told, timeout=5).raise_for_status()

    def told(self) -> dict[str, Any]:
        """Return what it was told, and whom it has signed out."""
        return dict(requests.get(f"{self.url}/told", timeout=5).json())

    def ask(self, away: str) -> dict[str, str]:
        """Go to it as a browser does and return the form that it would post."""
        assert away.startswith(f"{self.url}/sso?"), away
        page = requests.get(away, timeout=15)
        assert page.status_code == 200, (self.folder / "identity.log").read_text()[-3000:]
        fields = re.findall(r'name="(\w+)" value="([^"]*)"', page.text)
        return {name: unescape(value) for name, value in fields}

    def stop(self) -> None:
        """End it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
