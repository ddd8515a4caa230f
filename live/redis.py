"""The shared Redis clients; a call costs at most a second when Redis is away."""

from functools import cache

import redis
import redis.asyncio
from django.conf import settings


@cache
def client() -> "redis.Redis":
    """Return this process's client. Calls raise redis.RedisError when Redis is away."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=settings.REDIS_TIMEOUT,
        socket_connect_timeout=settings.REDIS_TIMEOUT,
        decode_responses=True,
    )


def async_client() -> "redis.asyncio.Redis":
    """Return a new client for the running event loop."""
    return redis.asyncio.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=settings.REDIS_TIMEOUT,
        decode_responses=True,
    )
