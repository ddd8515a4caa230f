"""How is a host reached, and how does it confine machines? Judged from its row."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from hosts.models import Host, Transport
from hosts.readiness import faults, findings
from migration.models import Migration

from .verdicts import Verdict, judged, unknown

MAC = frozenset({"apparmor", "selinux"})
ROOT = frozenset({"0", "+0", "root"})
OWN_ADDRESSES = frozenset({Transport.LOCAL, Transport.SESSION})
MOVES = timedelta(days=90)


def verdicts(host: Host) -> Iterator[Verdict]:
    """Judge a host; nothing is said of a simulated one."""
    if host.transport == Transport.TEST:
        return
    yield from _way_in(host)
    yield from _confinement(host)
    yield from _upkeep(host)
    yield judged("host-moves-plain", _plain_moves(host))


def security_of(host: Host) -> dict[str, Any] | None:
    """Return {"models", "user"} as the host tells; None where that was not read yet."""
    told: dict[str, Any] | None = host.capabilities.get("security")
    return told


def confines(host: Host) -> bool | None:
    """Say whether the host confines machines by AppArmor or SELinux; None is not known."""
    told = security_of(host)
    return None if told is None else bool(MAC & set(told["models"]))


def is_root(user: str) -> bool:
    """Say whether "+0:+0", "root:root" and the like mean root."""
    return user.partition(":")[0] in ROOT


def _way_in(host: Host) -> Iterator[Verdict]:
    is_plain = host.transport == Transport.TCP
    yield judged("host-plain", [f"{host.hostname}:{host.port or 16509}"] if is_plain else [])
    if host.transport == Transport.SSH:
        yield judged("host-key", [] if host.host_key else [host.hostname])
    if host.transport in {Transport.SSH, Transport.TLS}:
        plain = host.findings.get("plain", "")
        place = f"{host.hostname}:16509"
        yield judged("host-second-door", [place] if plain == "open" else [], known=bool(plain))
        yield judged("host-plain-door", [place] if plain == "asks" else [], known=bool(plain))


def _confinement(host: Host) -> Iterator[Verdict]:
    told = security_of(host)
    if told is None:
        yield unknown("host-unconfined")
        yield unknown("host-root")
        return
    models = ", ".join(told["models"]) or "–"
    yield judged("host-unconfined", [] if confines(host) else [models])
    if host.transport != Transport.SESSION:  # there machines run as whose session it is
        user = told["user"]
        yield judged("host-root", [user] if is_root(user) else [], known=bool(user))


def _upkeep(host: Host) -> Iterator[Verdict]:
    known = bool(host.libvirt_version)
    yield judged("host-faults", (line.title for line in faults.known(host)), known=known)
    if host.transport == Transport.TLS:
        end = host.findings.get("certificate_ends", "")
        soon = findings.ends_soon(end) if end else False
        yield judged("host-certificate", [end[:10]] if soon else [], known=bool(end))
    off = findings.clock_off(host.findings)
    wrong = off is not None and off >= findings.CLOCK_OFF_MS
    yield judged("host-clock", [f"{off} ms"] if wrong else [], known=off is not None)


def _plain_moves(host: Host) -> Iterator[str]:
    """Yield machines whose memory lately went to or from the host as it is."""
    lately = Migration.objects.filter(
        Q(source=host) | Q(target=host),
        started_at__gt=timezone.now() - MOVES,
        bytes__gt=0,
    )
    for move in lately.order_by("-started_at")[:200]:
        wish = move.wish
        if wish.live and not wish.tls and not wish.tunnelled:
            yield move.vm_name
