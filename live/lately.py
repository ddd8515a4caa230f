"""What was announced in the last seconds, for pages whose socket opens after they were drawn."""

import json
from typing import Any

import redis
import redis.asyncio

KEY = "gh:live:lately"
MOST_MESSAGES = 100
SECONDS = 30  # it is forgotten when nothing is announced for so long
OLDEST = 30.0  # seconds back that a page may ask for
SLACK = 0.5  # seconds that a page took to be drawn, and that clocks may differ


def keep(pipe: "redis.client.Pipeline", text: str) -> None:
    """Add a message to the pipeline that publishes it."""
    pipe.xadd(KEY, {"m": text}, maxlen=MOST_MESSAGES, approximate=True)
    pipe.expire(KEY, SECONDS)


async def since(client: "redis.asyncio.Redis", drawn_at: float, now: float) -> list[Any]:
    """Return the messages since a page was drawn, oldest first; times are POSIX seconds."""
    begin = max(drawn_at, now - OLDEST) - SLACK
    found: Any = await client.xrange(KEY, min=f"{int(begin * 1000)}-0")
    return [json.loads(fields["m"]) for _key, fields in found]
