"""Send the record on to a syslog server (RFC 5424), from where the last round ended.

`GUESTHOUSE_AUDIT_SYSLOG` is udp://host:514, tcp://host:514 or the path of a socket such as
/dev/log. A server that is away gets the lines when it is back.
"""

import json
import os
import socket
from contextlib import closing
from datetime import UTC
from urllib.parse import urlsplit

from django.conf import settings

from jobs.models import AuditCursor, AuditEntry

from .chain import as_json

NAME = "syslog"
AT_ONCE = 500
SECONDS = 5.0
AUTHPRIV = 10 << 3
NOTICE, WARNING = 5, 4
LARGEST = 8000  # bytes of one message
REFUSALS = frozenset({"denied", "failed"})


def forward() -> int:
    """Send the lines that were not sent yet; return how many. Raises OSError when it cannot."""
    place = settings.AUDIT_SYSLOG
    if not place:
        return 0
    cursor, is_new = AuditCursor.objects.get_or_create(name=NAME)
    if is_new:
        cursor.move(_newest())
        return 0
    lines = list(AuditEntry.objects.filter(seq__gt=cursor.seq).order_by("seq")[:AT_ONCE])
    if lines:
        _send(place, [message_of(line) for line in lines])
        cursor.move(lines[-1].seq)
    return len(lines)


def message_of(entry: AuditEntry) -> bytes:
    """Return a line as one syslog message: JSON after the header."""
    severity = WARNING if entry.outcome in REFUSALS else NOTICE
    at = entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    facts = as_json(entry)
    text = json.dumps(facts, sort_keys=True)
    if len(text) > LARGEST:
        text = json.dumps(facts | {"detail": {"left_out": len(text)}}, sort_keys=True)
    name = socket.gethostname() or "-"
    head = f"<{AUTHPRIV | severity}>1 {at} {name} guesthouse {os.getpid()} audit - "
    return (head + text).encode("ascii")


def _send(place: str, messages: list[bytes]) -> None:
    if place.startswith("tcp://"):
        _stream(place, messages)
        return
    family: int = socket.AF_UNIX
    address: str | tuple[str, int] = place
    if place.startswith("udp://"):
        host, port = _host_port(place)
        found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        family, address = found[0], (str(found[4][0]), int(found[4][1]))
    with closing(socket.socket(family, socket.SOCK_DGRAM)) as sender:
        sender.settimeout(SECONDS)
        sender.connect(address)
        for message in messages:
            sender.send(message)


def _stream(place: str, messages: list[bytes]) -> None:
    """Send over TCP, each message after its length (RFC 6587)."""
    with socket.create_connection(_host_port(place), timeout=SECONDS) as sender:
        for message in messages:
            sender.sendall(b"%d " % len(message) + message)
        sender.shutdown(socket.SHUT_WR)


def _host_port(place: str) -> tuple[str, int]:
    parts = urlsplit(place)
    return parts.hostname or "", parts.port or 514


def _newest() -> int:
    return AuditEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
