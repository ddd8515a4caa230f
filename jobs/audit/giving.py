"""Give lines of the record away: as JSON lines, or as a table for a spreadsheet."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from jobs.models import AuditEntry

from .chain import as_json

COLUMNS = (
    "seq",
    "at",
    "actor_name",
    "ip",
    "action",
    "target_kind",
    "target_id",
    "target_name",
    "outcome",
    "detail",
    "hash",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def json_lines(lines: Iterable[AuditEntry]) -> Iterator[str]:
    """Yield each line as one JSON object."""
    for entry in lines:
        yield json.dumps(as_json(entry), sort_keys=True) + "\n"


def table(lines: Iterable[AuditEntry]) -> Iterator[str]:
    """Yield the head and each line as CSV; nothing in it is taken for a formula."""
    yield _row(COLUMNS)
    for entry in lines:
        facts = as_json(entry)
        yield _row(_cell(facts[name]) for name in COLUMNS)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = json.dumps(value, sort_keys=True) if isinstance(value, dict) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _row(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(list(cells))
    return buffer.getvalue()
