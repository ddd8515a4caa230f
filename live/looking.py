"""Which screens are looked at, and how often are they wanted? Told by pages, read by watchers.

What a page tells counts for twenty seconds, once for all who look; nothing is looked at while
Redis is away.
"""

import time
from collections.abc import Iterable
from enum import StrEnum

from redis.exceptions import RedisError

from .redis import client

ANY = "gh:looking"
KEY = "gh:looking:{}:{}"  # host, pace; members are UUIDs, scores say until when
SECONDS = 20


class Pace(StrEnum):
    """Why a screen is looked at; the quickest comes first."""

    PAGE = "page"
    WALL = "wall"
    LIST = "list"

    @property
    def interval(self) -> float:
        """Seconds between two pictures."""
        return {"page": 1.0, "wall": 5.0, "list": 15.0}[self]


def look(machines: Iterable[tuple[int, str]], pace: Pace) -> None:
    """Say that the screens of `machines` (host, UUID) are looked at."""
    until = time.time() + SECONDS
    by_host: dict[int, dict[str, float]] = {}
    for host_id, uuid in machines:
        by_host.setdefault(host_id, {})[uuid] = until
    if not by_host:
        return
    try:
        with client().pipeline(transaction=False) as pipe:
            for host_id, wanted in by_host.items():
                key = KEY.format(host_id, pace)
                pipe.zremrangebyscore(key, 0, time.time())
                pipe.zadd(key, wanted)
                pipe.expire(key, SECONDS)
            pipe.set(ANY, 1, ex=SECONDS)
            pipe.execute()
    except RedisError:
        return


def is_anybody_looking() -> bool:
    """Say whether any screen is looked at; False when Redis is away."""
    try:
        return bool(client().exists(ANY))
    except RedisError:
        return False


def looked_at(host_id: int) -> dict[str, Pace]:
    """Return the screens of a host that are looked at, each at its quickest pace."""
    try:
        with client().pipeline(transaction=False) as pipe:
            for pace in Pace:
                pipe.zrangebyscore(KEY.format(host_id, pace), time.time(), "+inf")
            found = pipe.execute()
    except RedisError:
        return {}
    wanted: dict[str, Pace] = {}
    for pace, uuids in zip(Pace, found, strict=True):
        for uuid in uuids:
            wanted.setdefault(uuid, pace)
    return wanted
