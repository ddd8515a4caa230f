"""Start the provider, and change who is in it."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from tests.portal import free_port
from tests.services import wait_until

ROOT = Path(__file__).resolve().parents[3]
CLIENT_ID, CLIENT_SECRET = "guesthouse", "a-secret-between-the-two"
CLIENT = """
from oauth2_provider.models import Application
Application.objects.create(name="Guesthouse", client_id={client!r}, client_secret={secret!r},
    redirect_uris={back!r}, client_type="confidential", skip_authorization=True,
    authorization_grant_type="authorization-code", algorithm="RS256")
"""
PERSON = """
from django.contrib.auth.models import Group, User
user, _new = User.objects.get_or_create(username={name!r})
user.first_name, user.last_name, user.email = {first!r}, "Holm", {name!r} + "@example.org"
user.save()
user.groups.set([Group.objects.get_or_create(name=one)[0] for one in {groups!r}])
"""


class Provider:
    """A running provider."""

    def __init__(self, folder: Path, back: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.issuer = f"{self.url}/o"
        self.back = back
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.sign_in.provider.settings",
            "PROVIDER_FOLDER": str(folder),
            "PYTHONPATH": str(ROOT),
            "OAUTHLIB_INSECURE_TRANSPORT": "1",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make its database, its one client, and wait until it answers."""
        self.manage("migrate", "--verbosity", "0")
        self.manage("shell", "-v", "0", "-c", CLIENT.format(
            client=CLIENT_ID, secret=CLIENT_SECRET, back=self.back))  # fmt: skip
        command = [sys.executable, "-m", "django", "runserver", "--noreload", str(self.port)]
        self.process = subprocess.Popen(
            command, env=self.env, cwd=ROOT,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_until(self.answers, seconds=30, what="the provider")

    def answers(self) -> bool:
        """Say whether it is up."""
        address = f"{self.issuer}/.well-known/openid-configuration"
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def manage(self, *words: str) -> None:
        """Run a management command of the provider."""
        done = subprocess.run(
            [sys.executable, "-m", "django", *words],
            env=self.env, cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def person(self, name: str, *groups: str) -> None:
        """Have somebody in exactly these groups."""
        text = PERSON.format(name=name, first=name.title(), groups=list(groups))
        self.manage("shell", "-v", "0", "-c", text)

    def stop(self) -> None:
        """End it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
