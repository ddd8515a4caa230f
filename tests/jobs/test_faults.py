"""Faults: workers and Redis die, freeze and come back; every job is done, and done once."""

import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.services import RedisServer, redis_server, wait_until

from .site import Site

__all__ = ["redis_server"]


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database that has every table and no row."""
    folder = tmp_path_factory.mktemp("empty")
    Site(folder, RedisServer(folder)).manage("migrate", "--verbosity=0")
    return folder / "db.sqlite3"


@pytest.fixture
def site(tmp_path: Path, redis_server: RedisServer, empty_database: Path) -> Iterator[Site]:
    shutil.copy(empty_database, tmp_path)
    site = Site(tmp_path, redis_server)
    yield site
    site.stop()


@pytest.fixture
def witness(tmp_path: Path) -> Path:
    path = tmp_path / "witness"
    path.touch()
    return path


def told(witness: Path, what: str) -> list[tuple[int, int]]:
    """Return (job, attempt) of each `begin` or `end` that operations wrote down."""
    lines = [line.split() for line in witness.read_text().splitlines()]
    return [(int(pk), int(attempt)) for word, pk, attempt, _pid in lines if word == what]


def test_a_killed_worker_loses_no_job(site: Site, witness: Path) -> None:
    worker = site.start_worker()
    site.ask("test.wait", seconds=60, later=0.1, witness=str(witness))
    wait_until(lambda: told(witness, "begin"))
    worker.kill()
    site.start_worker()
    jobs = site.await_ends(1)
    (job,) = jobs.values()
    assert (job["state"], job["attempt"]) == ("succeeded", 2)
    assert [attempt for _pk, attempt in told(witness, "end")] == [2]
    assert "The record holds" in site.manage("audit", "verify")


def test_the_same_id_delivered_five_times_acts_once(site: Site, witness: Path) -> None:
    (pk,) = site.ask("test.wait", seconds=0.5, witness=str(witness))
    with redis.Redis.from_url(site.redis.url) as broker:
        (message,) = broker.lrange("libvirt", 0, -1)  # on its way at once, without the sweeper
        broker.lpush("libvirt", *[message] * 4)
    site.start_worker()
    site.start_worker()
    site.await_ends(1)
    time.sleep(1)
    assert told(witness, "begin") == [(pk, 1)]


def test_a_job_longer_than_the_visibility_timeout_runs_once(site: Site, witness: Path) -> None:
    site.start_worker()
    site.start_worker()
    (pk,) = site.ask("test.block", seconds=9, witness=str(witness))
    job = site.await_ends(1)[pk]
    assert (job["state"], job["attempt"]) == ("succeeded", 1)
    assert told(witness, "begin") == told(witness, "end") == [(pk, 1)]


def test_a_worker_that_slept_past_its_lease_cannot_write(site: Site, witness: Path) -> None:
    zombie = site.start_worker()
    (pk,) = site.ask("test.block", seconds=8, later=4, witness=str(witness))
    wait_until(lambda: told(witness, "begin"))
    zombie.signal(signal.SIGSTOP)
    site.start_worker()
    wait_until(lambda: (pk, 2) in told(witness, "begin"), seconds=20)
    zombie.signal(signal.SIGCONT)
    job = site.await_ends(1)[pk]
    assert (job["state"], job["attempt"]) == ("succeeded", 2)
    assert job["result"]["woke"] == 2
    assert told(witness, "end") == [(pk, 2)]
    wait_until(lambda: b"attempt 1 stops" in zombie.log.read_bytes(), seconds=20)


@pytest.mark.parametrize("count", [100, pytest.param(500, marks=pytest.mark.slow)])
def test_redis_killed_with_hundreds_of_jobs_in_it_loses_none(
    site: Site, witness: Path, count: int
) -> None:
    site.ask("test.wait", count, seconds=0.01, witness=str(witness))
    site.redis.kill()
    began = time.monotonic()
    site.ask("test.wait", 5, seconds=0.01, witness=str(witness))
    assert time.monotonic() - began < 10  # a whole process, with five jobs that found no broker
    site.redis.start()
    site.start_worker()
    jobs = site.await_ends(count + 5, seconds=90 + count / 4)
    assert Counter(job["state"] for job in jobs.values()) == {"succeeded": count + 5}
    assert sorted(pk for pk, _attempt in told(witness, "begin")) == sorted(jobs)


def test_redis_killed_under_a_working_worker_loses_none(site: Site, witness: Path) -> None:
    site.start_worker()
    site.ask("test.wait", 30, seconds=0.3, witness=str(witness))
    wait_until(lambda: told(witness, "end"))
    site.redis.kill()
    time.sleep(1)
    site.redis.start()
    jobs = site.await_ends(30, seconds=90)
    assert Counter(job["state"] for job in jobs.values()) == {"succeeded": 30}
    assert sorted(pk for pk, _attempt in told(witness, "begin")) == sorted(jobs)


def test_a_worker_told_to_stop_finishes_what_it_began(site: Site, witness: Path) -> None:
    worker = site.start_worker()
    (pk,) = site.ask("test.block", seconds=8, witness=str(witness))
    wait_until(lambda: told(witness, "begin"))
    worker.signal(signal.SIGTERM)
    assert worker.process.wait(20) == 0
    job = site.jobs()[pk]
    assert (job["state"], job["attempt"]) == ("succeeded", 1)


def test_no_libvirt_connection_is_open_before_a_fork(site: Site) -> None:
    code = """
import os, sys
from hypervisor_site.celery import app
app.loader.import_default_modules()
import hypervisor_site.urls
import threading
names = [os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")
         if os.path.exists(f"/proc/self/fd/{fd}")]
print(json.dumps({
    "sockets": [name for name in names if name.startswith("socket:")],
    "threads": [thread.name for thread in threading.enumerate() if thread.name != "MainThread"],
}))
"""
    assert site.python(code) == {"sockets": [], "threads": []}
