"""Which screens are looked at, and how often are they wanted? Told by pages, read by watchers.

What a page tells counts for twenty seconds, once for all who look; nothing is looked at while
Redis is away. A screen is named by its machine's UUID, and by "UUID#1" and so on for further heads.
"""

import time
from collections.abc import Iterable
from enum import StrEnum

from redis.exceptions import RedisError

from .redis import client

ANY = "gh:looking"
KEY = "gh:looking:{}:{}"  # host, pace; members are UUIDs, scores say until when
SECONDS = 20


def name_of(uuid: str, head: int = 0) -> str:
    """Return the name of one of a machine's screens; the first is the machine's own."""
    return f"{uuid}#{head}" if head else uuid


def parts_of(name: str) -> tuple[str, int]:
    """Return UUID and head of a name."""
    uuid, _hash, head = name.partition("#")
    return uuid, int(head or 0)


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
    """Say that the screens of `machines` (host, name) are looked at."""
    until = time.time() + SECONDS
    by_host: dict[int, dict[str, float]] = {}
    for host_id, name in machines:
        by_host.setdefault(host_id, {})[name] = until
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
