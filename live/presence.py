"""Is anybody looking? The watcher samples more often while a page is open."""

from redis.exceptions import RedisError

from .redis import client

KEY = "gh:watching"
SECONDS = 15


def is_anybody_watching() -> bool:
    """Say whether a page is open anywhere; False when Redis is away."""
    try:
        return bool(client().exists(KEY))
    except RedisError:
        return False
