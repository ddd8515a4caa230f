"""Samples are kept for an hour, and nothing breaks while Redis is away."""

import time

import pytest

from live import samples
from live.presence import is_anybody_watching
from live.publish import announce, flush
from live.redis import client
from live.samples import Sample
from tests.services import RedisServer


def one(at: float, cpu: float) -> Sample:
    return Sample(at=at, cpu=cpu, memory_used=3 << 30, memory_max=1 << 42, net_in=1.5)


@pytest.mark.usefixtures("live_redis")
def test_the_newest_and_the_ring_come_back() -> None:
    now = round(time.time(), 2)
    for step in range(5):
        samples.push({1: one(now - 40 + 10 * step, step), 2: one(now, 50)})
    assert samples.latest([1, 2, 3]) == {1: one(now, 4), 2: one(now, 50)}
    assert [sample.cpu for sample in samples.ring(1, 3)] == [2, 3, 4]
    assert samples.rings([2, 3]) == {2: [one(now, 50)], 3: []}
    samples.forget([1])
    assert samples.latest([1]) == {}
    assert samples.ring(1) == []


@pytest.mark.usefixtures("live_redis")
def test_a_ring_takes_one_sample_in_ten_seconds() -> None:
    now = time.time()
    for step in range(11):
        samples.push({9: one(now + 2 * step, step)})
    assert len(samples.ring(9)) == 3


@pytest.mark.usefixtures("live_redis")
def test_a_ring_stays_short_and_ends_some_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "RING_LENGTH", 20)
    now = time.time()
    for step in range(45):
        samples.push({7: one(now + 10 * step, step)})
    kept = samples.ring(7, 100)
    assert 20 <= len(kept) < 20 + samples.TRIM_EVERY
    assert kept[-1].cpu == 44
    assert 0 < client().ttl(samples.RING.format(7)) <= samples.RING_SECONDS


@pytest.mark.usefixtures("live_redis")
def test_an_old_sample_says_nothing_about_now() -> None:
    samples.push({4: one(time.time() - 120, 5)})
    assert samples.latest([4]) == {}


@pytest.mark.django_db(transaction=True)
def test_without_redis_everything_is_empty_and_quick(live_redis: RedisServer) -> None:
    live_redis.kill()
    began = time.perf_counter()
    samples.push({1: one(time.time(), 1)})
    assert samples.latest([1]) == {}
    assert samples.ring(1) == []
    assert not is_anybody_watching()
    announce("vm", 1, 1, {}, ["admins"])
    assert time.perf_counter() - began < 1.0
    flush()
