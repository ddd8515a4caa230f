"""A portal's back side for fault tests: database file, private Redis, real Celery workers."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.services import RedisServer, wait_until

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Worker:
    """One worker process."""

    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def pid(self) -> int:
        """Its process."""
        return self.process.pid

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def kill(self) -> None:
        """End it at once, as the kernel does when memory runs out."""
        self.process.kill()
        self.process.wait()


@dataclass
class Site:
    """Everything under one folder. Python in it runs in processes of its own."""

    folder: Path
    redis: RedisServer
    workers: list[Worker] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What a process of this site is told."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.jobs.worker_settings",
            "GUESTHOUSE_DATA": str(self.folder),
            "REDIS_URL": self.redis.url,
            "SECRET_KEY": "only-for-tests-" * 3,
            "DATABASE_URL": "",
            "PYTHONWARNINGS": "default",
        }

    def manage(self, *words: str) -> str:
        """Run manage.py and return what it prints."""
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def python(self, code: str, **given: Any) -> Any:
        """Run `code` in the site with `given` as `g`; return what it prints as JSON."""
        lead = f"import json; g = json.loads({json.dumps(json.dumps(given))})\n"
        return json.loads(self.manage("shell", "--no-imports", "-c", lead + code) or "null")

    def start_worker(self, *options: str) -> Worker:
        """Start a worker with 4 threads; it takes part once it says so."""
        number = len(self.workers)
        log = self.folder / f"worker-{number}.log"
        command = [sys.executable, "-m", "celery", "-A", "hypervisor_site", "worker"]
        command += ["-Q", "libvirt", "-P", "threads", "-c", "4", "-l", "INFO"]
        command += ["--without-gossip", "--without-mingle", "-n", f"w{number}@test", *options]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=output, stderr=output
            )
        worker = Worker(process, log)
        self.workers.append(worker)
        wait_until(
            lambda: b"Looking after lost jobs" in log.read_bytes(), seconds=40, what="the worker"
        )
        return worker

    def ask(self, kind: str, count: int = 1, **params: Any) -> list[int]:
        """Ask for `count` jobs as the web process does."""
        return list(self.python(ASK, kind=kind, count=count, params=params))

    def jobs(self) -> dict[int, dict[str, Any]]:
        """Return every job's state, attempt, result and error, read past the portal."""
        with closing(sqlite3.connect(self.folder / "db.sqlite3", timeout=10)) as database:
            database.row_factory = sqlite3.Row
            rows = database.execute("SELECT id, state, attempt, result, error_code FROM jobs_job")
            return {row["id"]: {**row, "result": json.loads(row["result"])} for row in rows}

    def await_ends(self, count: int, seconds: float = 60) -> dict[int, dict[str, Any]]:
        """Wait until `count` jobs ended; return all."""
        wait_until(lambda: self._ended() >= count, seconds=seconds, what="the jobs")
        return self.jobs()

    def _ended(self) -> int:
        return sum(job["state"] not in {"queued", "running"} for job in self.jobs().values())

    def stop(self) -> None:
        """End every worker."""
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.kill()


ASK = """
from jobs.services import create_job
from jobs.sending import flush
jobs = [
    create_job(g["kind"], target_kind="thing", target_id=None, target_name="web01", actor=None,
               params=g["params"])
    for _ in range(g["count"])
]
flush(3)
print(json.dumps([job.pk for job in jobs]))
"""
