"""What depends on the database's locks holds on PostgreSQL as it does on SQLite.

The same tests run once more, as a test run of their own on another database.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.postgres import PostgresServer, postgres  # noqa: F401 - a fixture

ROOT = Path(__file__).resolve().parents[2]
ON_LOCKS = (
    "tests/quotas/test_at_once.py",
    "tests/vms/test_at_once.py",
    "tests/addresses/test_at_once.py",
    "tests/backups/test_at_once.py",
    "tests/snapshots/test_at_once.py",
)


def test_locks_hold_on_postgresql(postgres: PostgresServer) -> None:  # noqa: F811
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *ON_LOCKS],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": postgres.url, "GUESTHOUSE_TEST_VENDOR": "postgresql"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout
