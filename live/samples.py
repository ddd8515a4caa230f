"""How busy machines were lately: rings in Redis, which may be empty at any time.

The newest sample of each machine is in one hash; the ring keeps about an hour, one sample in ten
seconds. Everything reads as empty, and pushing does nothing, while Redis is away.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from redis.exceptions import RedisError

from .redis import client

LATEST = "gh:samples"
RING = "gh:ring:{}"
RING_LENGTH = 360
RING_STEP = 9.5  # seconds; a little under ten, so that a late poll does not skip a place
RING_SECONDS = 24 * 3600  # until the ring of a machine that says nothing any more is dropped
TRIM_EVERY = 10  # samples; a ring is a little longer than it says until it is cut again
STALE_AFTER = 60.0  # seconds until a newest sample no longer says anything about now


@dataclass(frozen=True, slots=True)
class Sample:
    """What a machine used at `at` (seconds since 1970); None is "not known".

    `cpu` is per cent of all its processors, memory is bytes, the rest bytes per second.
    """

    at: float
    cpu: float | None = None
    memory_used: int | None = None
    memory_max: int | None = None
    disk_read: float | None = None
    disk_write: float | None = None
    net_in: float | None = None
    net_out: float | None = None


FIELDS = [field.name for field in fields(Sample)]
_values = attrgetter(*FIELDS)  # `astuple` copies each value: five times the processor time
_rings: dict[int, tuple[float, int]] = {}  # when a sample was added last, and how many were


def push(samples: Mapping[int, Sample]) -> None:
    """Keep the newest sample of each machine, by the machine's id."""
    if not samples:
        return
    try:
        with client().pipeline(transaction=False) as pipe:
            packed = {pk: _pack(one) for pk, one in samples.items()}
            pipe.hset(LATEST, mapping={str(pk): text for pk, text in packed.items()})
            for pk, one in samples.items():
                _push_ring(pipe, pk, one.at, packed[pk])
            pipe.execute()
    except RedisError:
        _rings.clear()


def forget(vm_ids: Iterable[int]) -> None:
    """Drop what is kept of machines that are gone."""
    ids = list(vm_ids)
    if not ids:
        return
    for pk in ids:
        _rings.pop(pk, None)
    try:
        with client().pipeline(transaction=False) as pipe:
            pipe.hdel(LATEST, *map(str, ids))
            pipe.delete(*(RING.format(pk) for pk in ids))
            pipe.execute()
    except RedisError:
        return


def latest(vm_ids: Iterable[int]) -> dict[int, Sample]:
    """Return the newest sample of each machine that has one not older than a minute."""
    ids = list(vm_ids)
    if not ids:
        return {}
    try:
        packed = client().hmget(LATEST, [str(pk) for pk in ids])
    except RedisError:
        return {}
    found = {pk: _unpack(text) for pk, text in zip(ids, packed, strict=True) if text}  # type: ignore[arg-type]
    oldest = time.time() - STALE_AFTER
    return {pk: one for pk, one in found.items() if one.at >= oldest}


def ring(vm_id: int, n: int = 48) -> list[Sample]:
    """Return the last `n` samples of one machine, oldest first."""
    return rings([vm_id], n)[vm_id]


def rings(vm_ids: Iterable[int], n: int = 48) -> dict[int, list[Sample]]:
    """Return the last `n` samples of each machine, oldest first, in one round trip."""
    ids = list(vm_ids)
    try:
        with client().pipeline(transaction=False) as pipe:
            for pk in ids:
                pipe.lrange(RING.format(pk), 0, n - 1)
            packed = pipe.execute()
    except RedisError:
        return {pk: [] for pk in ids}
    return {
        pk: [_unpack(text) for text in reversed(kept)] for pk, kept in zip(ids, packed, strict=True)
    }


def _push_ring(pipe: Any, pk: int, at: float, packed: str) -> None:
    """Add a sample to a ring, which is cut at the first and then at each tenth that we add."""
    before, added = _rings.get(pk, (0.0, 0))
    if at - before < RING_STEP:
        return
    _rings[pk] = (at, added + 1)
    key = RING.format(pk)
    pipe.lpush(key, packed)
    if added % TRIM_EVERY == 0:
        pipe.ltrim(key, 0, RING_LENGTH - 1)
        pipe.expire(key, RING_SECONDS)


def _pack(one: Sample) -> str:
    """Return a sample as short text: numbers between commas, nothing for None."""
    return ",".join("" if value is None else f"{value:.15g}" for value in _values(one))


def _unpack(text: str) -> Sample:
    values = [float(word) if word else None for word in text.split(",")]
    named: dict[str, Any] = dict(zip(FIELDS, values, strict=True))
    for name in ("memory_used", "memory_max"):
        named[name] = None if named[name] is None else int(named[name])
    return Sample(**named)
