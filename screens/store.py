"""Where pictures of screens are kept: in Redis, which may be empty at any time.

A key is a host and a screen's name (`live.looking`), which both the watcher and the pages know.
Nothing raises while Redis is away: there are no pictures then.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from redis.exceptions import RedisError

from live.redis import bytes_client
from screens.pictures import Thumbs

PICTURE = "gh:screen:{}:{}"
SEEN = "gh:screens:{}"  # one hash a host: name to the time of the last look
SECONDS = 6 * 3600  # that the last screen of a machine is kept
FRESH = 30.0  # seconds until a picture says how old it is

Key = tuple[int, str]  # host, name of the screen


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of one picture: its version, its size, when it was last seen to be true."""

    version: str
    width: int
    height: int
    seen_at: float

    @property
    def is_fresh(self) -> bool:
        """Whether it shows what is on the screen now."""
        return time.time() - self.seen_at < FRESH


def new_version(at: float) -> str:
    """Return a name for a picture of this moment that says nothing of what it shows."""
    return format(round(at * 1000), "x")


def keep(key: Key, version: str, thumbs: Thumbs) -> None:
    """Keep a machine's newest pictures."""
    fields: dict[Any, Any] = {
        "v": version,
        "w": thumbs.width,
        "h": thumbs.height,
        "small": thumbs.small,
        "large": thumbs.large or b"",
    }
    name = PICTURE.format(*key)
    try:
        with bytes_client().pipeline(transaction=False) as pipe:
            pipe.hset(name, mapping=fields)
            pipe.expire(name, SECONDS)
            pipe.execute()
    except RedisError:
        return


def note_seen(host_id: int, uuids: Sequence[str]) -> set[str]:
    """Note that these were looked at now; return those of which there is no picture."""
    if not uuids:
        return set()
    seen = SEEN.format(host_id)
    now = repr(round(time.time(), 1))
    try:
        with bytes_client().pipeline(transaction=False) as pipe:
            pipe.hset(seen, mapping=dict.fromkeys(uuids, now))
            pipe.expire(seen, SECONDS)
            for uuid in uuids:
                pipe.expire(PICTURE.format(host_id, uuid), SECONDS)
            _set, _expire, *there = pipe.execute()
    except RedisError:
        return set(uuids)
    return {uuid for uuid, is_there in zip(uuids, there, strict=True) if not is_there}


def kept(keys: Iterable[Key]) -> dict[Key, Kept]:
    """Return what is known of the pictures of these machines; two round trips at most."""
    wanted = list(keys)
    hosts = sorted({host_id for host_id, _uuid in wanted})
    try:
        with bytes_client().pipeline(transaction=False) as pipe:
            for key in wanted:
                pipe.hmget(PICTURE.format(*key), ["v", "w", "h"])
                pipe.hget(SEEN.format(key[0]), key[1])
            found = pipe.execute() if hosts else []
    except RedisError:
        return {}
    pairs = zip(wanted, found[::2], found[1::2], strict=True)
    return {key: _kept(facts, at) for key, facts, at in pairs if facts[0] is not None}


def _kept(facts: Sequence[bytes], at: bytes | None) -> Kept:
    version, width, height = facts
    return Kept(version.decode(), int(width), int(height), float(at or 0))


def picture(key: Key, *, is_large: bool) -> tuple[str, bytes] | None:
    """Return version and bytes of a picture: the larger one where it is wanted and there."""
    return pictures([key], is_large=is_large).get(key)


def pictures(keys: Iterable[Key], *, is_large: bool = False) -> dict[Key, tuple[str, bytes]]:
    """Return version and bytes of several machines' pictures."""
    wanted = list(keys)
    names = ["v", "small", "large"] if is_large else ["v", "small"]
    try:
        with bytes_client().pipeline(transaction=False) as pipe:
            for key in wanted:
                pipe.hmget(PICTURE.format(*key), names)
            found = pipe.execute() if wanted else []
    except RedisError:
        return {}
    return {
        key: (values[0].decode(), next(one for one in reversed(values[1:]) if one))
        for key, values in zip(wanted, found, strict=True)
        if values[0] is not None and values[1]
    }
