"""What the tests of live status share."""

from tests.services import live_redis, redis_server

__all__ = ["live_redis", "redis_server"]
