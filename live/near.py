"""Which hosts does somebody look at closely? Told by open pages, read by watchers.

What is read for such a page alone (each thread of the host's processors) costs nothing else. What
a page tells counts for twenty seconds; nothing is near while Redis is away.
"""

import time
from collections.abc import Iterable

from redis.asyncio import Redis
from redis.exceptions import RedisError

from .redis import client

KEY = "gh:near"  # members are hosts, scores say until when
SECONDS = 20


async def come(redis: Redis, host_ids: Iterable[int]) -> None:
    """Say that pages of these hosts are open. Raises RedisError."""
    until = time.time() + SECONDS
    wanted = {str(pk): until for pk in host_ids}
    if wanted:
        await redis.zadd(KEY, wanted)
        await redis.zremrangebyscore(KEY, 0, time.time())
        await redis.expire(KEY, SECONDS)


def near_hosts() -> frozenset[int]:
    """Return the hosts whose pages are open."""
    try:
        return frozenset(int(str(pk)) for pk in client().zrangebyscore(KEY, time.time(), "+inf"))
    except RedisError:
        return frozenset()
