"""Consoles through the gateway against plain copies and websockify: what each costs."""

import json
import os
import subprocess
import sys
import tempfile

from .figures import Figure


def run() -> list[Figure]:
    """Measure everything."""
    return [Figure(**figure) for figure in json.loads(apart("benchmarks.console_measure"))]


def apart(module: str) -> str:
    """Run a module in a process that has a data folder of its own, and return what it prints."""
    with tempfile.TemporaryDirectory(prefix="guesthouse-bench-") as folder:
        environment = {
            **os.environ,
            "GUESTHOUSE_DATA": folder,
            "DJANGO_SETTINGS_MODULE": "hypervisor_site.settings",
            "CONSOLES_PER_USER": "400",
            "CONSOLES_PER_MACHINE": "400",
            "LOG_LEVEL": "WARNING",
        }
        environment.pop("DATABASE_URL", None)
        environment.pop("REDIS_URL", None)
        measured = subprocess.run(
            [sys.executable, "-m", module],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=600,
        )
    return measured.stdout
