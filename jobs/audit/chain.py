"""The append-only record: who did what to what, chained by hashes so that a change shows.

Each line's hash covers the line and the hash before it. Altering, removing or inserting a line
breaks the chain there; cutting off the newest lines shows only against a head kept elsewhere,
which is why `verify` returns the head.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from functools import partial
from typing import Any, TypedDict

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone

from accounts.access import Person
from jobs.models import AuditEntry

from .heard import recorded

ADVISORY_LOCK = 0x47_48_41_55  # PostgreSQL; one writer of the chain at a time
CHAINED = (
    "seq",
    "at",
    "actor_id",
    "actor_name",
    "ip",
    "action",
    "target_kind",
    "target_id",
    "target_name",
    "outcome",
    "detail",
    "previous_hash",
)


class About(TypedDict):
    """What a line of the record, or a job, is about."""

    target_kind: str
    target_id: int
    target_name: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A line at which the chain does not hold: `missing`, `altered`, `unlinked` or `rewritten`.

    Rewritten is a line that no longer is what a head kept elsewhere says.
    """

    seq: int
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What reading the whole chain found, and its newest line to keep elsewhere."""

    lines: int
    head_seq: int
    head_hash: str
    problems: list[Problem]


def record(
    actor: Person | None,
    action: str,
    *,
    target_kind: str = "",
    target_id: int | None = None,
    target_name: str = "",
    outcome: str = "done",
    detail: dict[str, Any] | None = None,
    ip: str | None = None,
) -> AuditEntry:
    """Add a line; inside a transaction it is written, or not, together with what it tells of."""
    with transaction.atomic():
        _wait_for_turn()
        last = AuditEntry.objects.order_by("-seq").only("seq", "hash").first()
        entry = AuditEntry(
            seq=last.seq + 1 if last else 1,
            at=timezone.now(),
            actor_id=actor.pk if actor else None,
            actor_name=actor.get_username() if actor else "",
            ip=ip,
            action=action,
            target_kind=target_kind,
            target_id=target_id,
            target_name=target_name.replace("\0", "")[:255],
            outcome=outcome,
            detail=_plain(detail or {}),
            previous_hash=last.hash if last else "",
        )
        entry.hash = hash_of(entry)
        entry.save(force_insert=True)
        transaction.on_commit(partial(recorded.send_robust, sender=AuditEntry, entry=entry))
    return entry


def hash_of(entry: AuditEntry) -> str:
    """Return the hash that the line must have."""
    line = {name: getattr(entry, name) for name in CHAINED}
    line["at"] = entry.at.astimezone(UTC).isoformat()
    text = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def verify() -> list[Problem]:
    """Return every line at which the chain does not hold, oldest first."""
    return inspect().problems


def inspect(head: str | None = None) -> Verdict:
    """Read the whole chain and say what was found; `head` is "seq:hash" from an earlier time."""
    lines, seq, previous, problems = 0, 0, "", list[Problem]()
    for entry in AuditEntry.objects.order_by("seq").iterator(chunk_size=2000):
        lines += 1
        problems.extend(Problem(gone, "missing") for gone in _gap(seq, entry.seq))
        if entry.hash != hash_of(entry):
            problems.append(Problem(entry.seq, "altered"))
        elif entry.seq == seq + 1 and entry.previous_hash != previous:
            problems.append(Problem(entry.seq, "unlinked"))
        seq, previous = entry.seq, entry.hash
    if head is not None:
        problems.extend(_against(head))
    return Verdict(lines, seq, previous, problems)


def export() -> Iterator[dict[str, Any]]:
    """Yield every line, oldest first, as JSON values with its hash."""
    for entry in AuditEntry.objects.order_by("seq").iterator(chunk_size=2000):
        yield as_json(entry)


def as_json(entry: AuditEntry) -> dict[str, Any]:
    """Return a line as JSON values with its hash."""
    line = {name: getattr(entry, name) for name in CHAINED}
    return line | {"at": entry.at.isoformat(), "hash": entry.hash}


def _against(head: str) -> list[Problem]:
    """Compare one line with what was written down of it."""
    number, _colon, expected = head.partition(":")
    seq = int(number) if number.isdecimal() else 0
    kept = AuditEntry.objects.filter(seq=seq).values_list("hash", flat=True).first()
    return [] if kept == expected else [Problem(seq, "missing" if kept is None else "rewritten")]


def _gap(last: int, seq: int) -> range:
    """Return the missing numbers between two lines, a thousand at most."""
    return range(last + 1, min(seq, last + 1001))


def _wait_for_turn() -> None:
    """Let one writer in at a time, until its transaction ends.

    SQLite does so by itself: a transaction begins with the write lock (IMMEDIATE).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])


def _plain(value: Any) -> Any:
    """Return `value` as JSON that every database gives back as it was: no floats, no NUL."""
    decoded = json.loads(json.dumps(value, cls=DjangoJSONEncoder), parse_float=str)
    return _without_nul(decoded)


def _without_nul(value: Any) -> Any:
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_nul(inner) for inner in value]
    return value.replace("\0", "") if isinstance(value, str) else value
