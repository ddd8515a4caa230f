"""What must be done to database and files before the portal can start, and is it done?"""

import hashlib
import json
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from launcher.places import BASE_DIR, VENV_PYTHON, Places, setting
from launcher.words import ProblemError, say


class Site:
    """The portal's set-up on a data folder, remembered in `setup.json` there."""

    def __init__(self, places: Places, env: dict[str, str]) -> None:
        self.places, self.env = places, env
        self.memory = places.data / "setup.json"

    def remembered(self, name: str) -> str:
        """Return what was remembered under a name, or nothing."""
        try:
            return str(json.loads(self.memory.read_text()).get(name, ""))
        except (FileNotFoundError, ValueError):
            return ""

    def remember(self, name: str, value: str) -> None:
        """Remember a text for the next start."""
        try:
            facts = json.loads(self.memory.read_text())
        except (FileNotFoundError, ValueError):
            facts = {}
        part = self.memory.with_suffix(".part")
        part.write_text(json.dumps({**facts, name: value}, indent=1))
        part.rename(self.memory)

    def manage(self, *words: str) -> str:
        """Run a management command and return what it printed.

        Raises ProblemError with the command's last words when it fails.
        """
        done = subprocess.run(
            [str(VENV_PYTHON), "manage.py", *words], cwd=BASE_DIR, env=self.env, check=False,
            capture_output=True, text=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if done.returncode:
            last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
            raise ProblemError(f"'manage.py {words[0]}' failed: {''.join(last)}")
        return done.stdout

    def ensure(self) -> str:
        """Bring database, translations and static files up to date when they are not.

        Returns the first administrator's new password, or nothing when there was one already.
        """
        compile_translations()
        self._ensure_static()
        return self._ensure_database()

    def _ensure_static(self) -> None:
        key = content_key(path for path in (BASE_DIR / "static").rglob("*") if path.is_file())
        manifest = self.places.data / "static" / "staticfiles.json"
        if self.remembered("static") == key and manifest.exists():
            return
        say("Collecting the style and scripts …")
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        self.remember("static", key)

    def _ensure_database(self) -> str:
        database = setting("DATABASE_URL")
        key = content_key(BASE_DIR.glob("*/migrations/*.py"), database, _requirements())
        here = bool(database) or (self.places.data / "db.sqlite3").exists()
        if self.remembered("database") == key and here:
            return ""
        say("Preparing the database …")
        self.manage("migrate", "--noinput", "--verbosity", "0", "--skip-checks")
        self.manage("createcachetable")
        password = self.manage("ensure_admin").strip()
        self.remember("database", key)
        return password.splitlines()[-1] if password else ""


def _requirements() -> str:
    return (BASE_DIR / "requirements.txt").read_text()


def compile_translations() -> None:
    """Compile the translations that are newer than what was compiled. Raises ProblemError."""
    sources = sorted(BASE_DIR.glob("*/locale/*/LC_MESSAGES/*.po"))
    for path in (p for p in sources if _newer(p, p.with_suffix(".mo"))):
        command = ["msgfmt", "-o", str(path.with_suffix(".mo")), str(path)]
        if subprocess.run(command, check=False).returncode:
            raise ProblemError(f"The translation {path.name} cannot be compiled.")


def _newer(path: Path, than: Path) -> bool:
    return not than.exists() or path.stat().st_mtime > than.stat().st_mtime


def content_key(files: Iterable[Path], *words: str) -> str:
    """Return a key that changes when a file's name, size or time does."""
    digest = hashlib.sha256("\0".join(words).encode())
    for path in sorted(files):
        info = path.stat()
        digest.update(f"{os.fspath(path)} {info.st_size} {info.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:32]
