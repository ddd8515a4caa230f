"""Consoles through the gateway against a plain TCP copy: throughput, latency, memory."""

import json
import os
import subprocess
import sys
import tempfile

from .figures import Figure


def run() -> list[Figure]:
    """Measure in a process of its own, which has a data folder of its own."""
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
            [sys.executable, "-m", "benchmarks.console_measure"],
            env=environment,
            stdout=subprocess.PIPE,
            check=True,
            timeout=300,
        )
    return [Figure(**figure) for figure in json.loads(measured.stdout)]
