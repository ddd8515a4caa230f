"""How busy is each thread of a host's processors? Kept for a moment, told to open pages."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from redis.exceptions import RedisError

from hosts.facts import AUDIENCES
from hosts.models import Host
from live.publish import announce
from live.redis import client

KIND = "threads"
KEY = "gh:threads:{}"
SECONDS = 15


class ThreadFacts(TypedDict):
    """What a page draws: per cent by thread, None where the host has no such figures.

    `cells` are the free bytes of each NUMA node.
    """

    loads: dict[str, int] | None
    cells: dict[str, int]


@dataclass(frozen=True, slots=True)
class Threads:
    """The last figures; `is_known` is False before the first ones."""

    is_known: bool = False
    loads: Mapping[int, int] | None = field(default_factory=dict)
    free: Mapping[int, int] = field(default_factory=dict)


def tell(host: Host, loads: Mapping[int, float] | None, free: Mapping[int, int]) -> None:
    """Keep the figures and tell administrators' pages."""
    facts: ThreadFacts = {
        "loads": None if loads is None else {str(n): round(load) for n, load in loads.items()},
        "cells": {str(cell): size for cell, size in free.items()},
    }
    try:
        client().set(KEY.format(host.pk), json.dumps(facts), ex=SECONDS)
    except RedisError:
        return
    announce(KIND, host.pk, 0, dict(facts), AUDIENCES)


def latest(host_id: int) -> Threads:
    """Return what was told within the last seconds."""
    try:
        kept = client().get(KEY.format(host_id))
    except RedisError:
        return Threads()
    if not kept:
        return Threads()
    facts: ThreadFacts = json.loads(str(kept))
    loads = facts["loads"]
    return Threads(
        is_known=True,
        loads=None if loads is None else {int(n): load for n, load in loads.items()},
        free={int(cell): size for cell, size in facts["cells"].items()},
    )
