"""The shared Redis clients; a call costs at most a second when Redis is away."""

from functools import cache

import redis
import redis.asyncio
from django.conf import settings
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry


@cache
def client() -> "redis.Redis":
    """Return this process's client. Calls raise redis.RedisError when Redis is away.

    A connection that Redis dropped meanwhile is opened once more; a time-out is not repeated.
    """
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=settings.REDIS_TIMEOUT,
        socket_connect_timeout=settings.REDIS_TIMEOUT,
        decode_responses=True,
        retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
    )


@cache
def bytes_client() -> "redis.Redis":
    """Return this process's client for pictures: like `client`, but answers are bytes."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=settings.REDIS_TIMEOUT,
        socket_connect_timeout=settings.REDIS_TIMEOUT,
        retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
    )


def async_client() -> "redis.asyncio.Redis":
    """Return a new client for the running event loop; the caller closes it."""
    return redis.asyncio.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=settings.REDIS_TIMEOUT,
        decode_responses=True,
        retry=AsyncRetry(NoBackoff(), 0),
    )
