"""Tell open pages what changed: collected here, published when the transaction commits.

A message is a hint. Loss is repaired by the pages, which fetch again after a gap or a "resync";
so nothing here waits for Redis, and nothing raises when it is away.
"""

import json
import logging
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, TypedDict

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from redis.exceptions import RedisError

from . import lately
from .outbox import Outbox
from .redis import client

CHANNEL = "gh:live"
ITEMS_PER_MESSAGE = 200

log = logging.getLogger(__name__)


class Change(TypedDict):
    """What changed: `rev` grows with each change of the row, `facts` are JSON values."""

    kind: str
    id: int
    rev: int
    facts: dict[str, Any]
    audiences: list[str]


Entry = tuple[Change, bool]  # and whether pages that open a moment later hear it too


def announce(kind: str, pk: int, rev: int, facts: dict[str, Any], audiences: Iterable[str]) -> None:
    """Tell `audiences` that row `pk` of `kind` changed, once the transaction has committed."""
    change = Change(kind=kind, id=pk, rev=rev, facts=facts, audiences=list(audiences))
    announce_many([change])


def announce_many(changes: Sequence[Change], *, is_passing: bool = False) -> None:
    """Tell about several changes at once, once the transaction has committed.

    What `is_passing`, as measurements are, is not told to pages that open a moment later.
    """
    if changes:
        entries = [(change, not is_passing) for change in changes]
        transaction.on_commit(partial(_outbox.put, entries))


def announce_resync() -> None:
    """Make every open page fetch again what it shows."""
    transaction.on_commit(partial(_outbox.put, [None]))


def flush(timeout: float = 1.0) -> bool:
    """Wait until everything announced so far is published; for tests and short commands."""
    return _outbox.flush(timeout)


class _State:
    """Whether messages were lost since the last one that Redis took."""

    lost = False


_state = _State()


def _deliver(entries: list[Entry | None]) -> None:
    """Publish what changed, in order, in as few messages as possible; None asks for a resync."""
    known = [entry for entry in entries if entry is not None]
    _state.lost = _state.lost or len(known) < len(entries)
    messages = _messages([change for change, _is_lasting in known])
    lasting = _messages([change for change, is_lasting in known if is_lasting])
    if _state.lost:
        messages.insert(0, json.dumps({"resync": True}))
    try:
        with client().pipeline(transaction=False) as pipe:
            for message in messages:
                pipe.publish(CHANNEL, message)
            for message in lasting:
                lately.keep(pipe, message)
            pipe.execute()
    except RedisError as error:
        if not _state.lost:
            log.warning("Live messages are lost while Redis is away: %s", error)
        _state.lost = True
    else:
        _state.lost = False


def _messages(changes: list[Change]) -> list[str]:
    return [
        json.dumps({"items": changes[start : start + ITEMS_PER_MESSAGE]}, cls=DjangoJSONEncoder)
        for start in range(0, len(changes), ITEMS_PER_MESSAGE)
    ]


def _overflowed() -> None:
    _state.lost = True


_outbox: Outbox[Entry | None] = Outbox("live", _deliver, on_overflow=_overflowed)
