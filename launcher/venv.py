"""How does Guesthouse get its own Python environment, quickly the second time?"""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

from launcher.places import BASE_DIR, VENV, VENV_PYTHON
from launcher.words import ProblemError, say

RUNTIME = BASE_DIR / "requirements.txt"
TESTS = BASE_DIR / "requirements-test.txt"
DIRECTORY = BASE_DIR / "requirements-ldap.txt"
SAML = BASE_DIR / "requirements-saml.txt"
VIDEO = BASE_DIR / "requirements-video.txt"


def stamp_of(files: tuple[Path, ...]) -> str:
    """Return a content key of requirement files and the Python they are for."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {sys.base_prefix}".encode())
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def ensure(*, tests: bool = False) -> Path:
    """Return the environment's Python, with the pinned libraries installed.

    Raises ProblemError when it cannot be made.
    """
    files = (RUNTIME, DIRECTORY, SAML, VIDEO, TESTS) if tests else (RUNTIME,)
    stamp = VENV / ("stamp-test" if tests else "stamp")
    wanted = stamp_of(files)
    if _is_current(stamp, wanted):
        return VENV_PYTHON
    VENV.parent.mkdir(exist_ok=True)
    with (VENV.parent / "venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_current(stamp, wanted):
            _make()
            say(f"Installing the Python libraries of {files[-1].name} into {VENV} …")
            _pip("install", "-r", str(files[-1]))
            stamp.write_text(wanted)
            if tests:
                (VENV / "stamp").write_text(stamp_of((RUNTIME,)))
    return VENV_PYTHON


def ensure_more(file: Path) -> None:
    """Install what is chosen beside: DIRECTORY, SAML or VIDEO. Raises ProblemError."""
    stamp, wanted = VENV / file.stem.replace("requirements", "stamp"), stamp_of((file,))
    if not _is_current(stamp, wanted):
        say(f"Installing the Python libraries of {file.name} into {VENV} …")
        _pip("install", "-r", str(file))
        stamp.write_text(wanted)


def _is_current(stamp: Path, wanted: str) -> bool:
    return stamp.is_file() and stamp.read_text() == wanted and VENV_PYTHON.exists()


def _make() -> None:
    """Make the environment unless one for this Python is there."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if VENV_PYTHON.exists() and (VENV / "lib" / f"python{version}" / "site-packages/pip").exists():
        return
    say(f"Making a Python {version} environment in {VENV} …")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise ProblemError(f"The environment could not be made: {done.stdout}{done.stderr}".strip())


def _pip(*words: str) -> None:
    env = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    command = [str(VENV_PYTHON), "-m", "pip", "-qq", "--no-input", *words]
    if subprocess.run(command, check=False, env=env).returncode:
        raise ProblemError("pip could not install the libraries; see above. Then start again.")
