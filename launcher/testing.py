"""How are the tests run on a machine that has nothing yet?"""

import os
import signal
import subprocess
from collections.abc import Sequence

from launcher import packages, venv
from launcher.places import BASE_DIR, VENV
from launcher.site import compile_translations
from launcher.words import say


def run_tests(words: Sequence[str], *, yes: bool) -> int:
    """Install what the tests need and run pytest with the words given; return its exit code.

    Without words: everything but the slow tests. pytest's closing line is the last that is printed.
    """
    packages.ensure(packages.TEST, yes=yes)
    python = venv.ensure(tests=True)
    compile_translations()
    say("Running the tests …")
    process = subprocess.Popen(
        [str(python), "-m", "pytest", *side_by_side(words), *words],
        cwd=BASE_DIR,
        env=clean_environment(),
    )
    # Ctrl-C reaches pytest too; it tidies up and tells, and we wait for that.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return process.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def side_by_side(words: Sequence[str]) -> list[str]:
    """Return the options that spread the whole run over three processes where there are two cores.

    Single tests, named by path or expression, run in one process and begin at once.
    """
    is_whole = all(word.startswith("--") for word in words)
    if not is_whole or (os.cpu_count() or 1) < 2:
        return []
    return ["--numprocesses=3", "--dist=loadscope"]


def clean_environment() -> dict[str, str]:
    """Return the environment of the tests: ours, without this machine's settings."""
    settings = ("GUESTHOUSE_", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS",
                "CSRF_TRUSTED_ORIGINS", "DJANGO_SETTINGS_MODULE", "DEBUG")  # fmt: skip
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(settings) or name in {"GUESTHOUSE_CACHE", "GUESTHOUSE_LAB_DIR"}
    }
    return {**kept, "PATH": f"{VENV / 'bin'}:{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}
