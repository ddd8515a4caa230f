"""What did a worker find out about a host: IOMMU, nesting, clock, certificates, ports, system?"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, TypedDict

from django.utils import timezone
from django.utils.translation import gettext as _

from hosts.models import Host, Transport
from virt.hosts.readiness import MIGRATION_PORT, Findings
from virt.hosts.validate import ValidateLine

from .lines import Fix, Readiness

CLOCK_OFF_MS = 500  # more is worth a look
CLOCK_WRONG_MS = 60_000  # certificates and sign-ins begin to fail
SOON = timedelta(days=30)
HINTS = {"vhost": "modprobe vhost_net", "tun": "modprobe tun"}
_PORT = {"port": MIGRATION_PORT}
IOMMU = {"Intel": "intel_iommu=on", "AMD": "amd_iommu=on"}
MODULES = {"Intel": "kvm_intel", "AMD": "kvm_amd"}


class FindingsJson(TypedDict):
    """`virt.hosts.readiness.Findings` as a host's row keeps them."""

    iommu: bool | None
    nested: bool | None
    clock_ms: int | None
    clock_within_ms: int
    certificate_ends: str
    port: str
    plain: str
    validate: list[list[str]]


def as_json(found: Findings) -> FindingsJson:
    """Return findings as they are kept."""
    return {
        "iommu": found.iommu,
        "nested": found.nested,
        "clock_ms": found.clock_ms,
        "clock_within_ms": found.clock_within_ms,
        "certificate_ends": found.certificate_ends.isoformat() if found.certificate_ends else "",
        "port": found.port,
        "plain": found.plain,
        "validate": [[line.what, line.state, line.hint] for line in found.validate],
    }


def lines(host: Host) -> Iterator[Readiness]:
    """Return what was found out; one line that nothing was, before the first look."""
    found: dict[str, Any] = host.findings
    if not found:
        if host.transport != Transport.TEST:
            title = _("IOMMU, clock and system")
            yield Readiness("skip", title, _("not looked at yet"), Fix("check"))
        return
    system = [ValidateLine(*parts) for parts in found.get("validate", [])]
    yield from _iommu(host, found.get("iommu"))
    yield from _nested(host, found.get("nested"))
    yield from _clock(found)
    yield from _certificate(found.get("certificate_ends", ""))
    yield from _way_in(host, found.get("port", ""), found.get("plain", ""))
    yield from _controllers(system)
    yield from _system(system)


def _iommu(host: Host, has_iommu: bool | None) -> Iterator[Readiness]:
    if has_iommu:
        yield Readiness("ok", _("IOMMU on, devices can be passed through"))
    elif has_iommu is False:
        command = IOMMU.get(host.cpu_vendor, "")
        yield Readiness(
            "skip",
            _("IOMMU off, no device can be passed through"),
            _("needed for passed-through devices only; on the kernel's command line:"),
            command=f"{command} iommu=pt".strip(),
        )


def _nested(host: Host, can_nest: bool | None) -> Iterator[Readiness]:
    if can_nest:
        yield Readiness("ok", _("Machines may run machines of their own"))
    elif can_nest is False and host.kvm_works:
        module = MODULES.get(host.cpu_vendor, "")
        line = f"echo 'options {module} nested=1' > /etc/modprobe.d/{module}.conf"
        yield Readiness(
            "skip",
            _("No machines inside machines"),
            _("needed for nested virtualisation only; then restart the host:"),
            command=line if module else "",
        )


def clock_off(found: dict[str, Any]) -> int | None:
    """Return by how much the host's clock is surely off, in milliseconds; None is not known."""
    ahead = found.get("clock_ms")
    return None if ahead is None else max(0, abs(ahead) - int(found.get("clock_within_ms", 0)))


def ends_soon(text: str) -> bool:
    """Say whether a certificate that is kept as text ends within 30 days."""
    return datetime.fromisoformat(text) - timezone.now() <= SOON


def _clock(found: dict[str, Any]) -> Iterator[Readiness]:
    off = clock_off(found)
    if off is None:
        return
    ahead = int(found["clock_ms"])
    if off < CLOCK_OFF_MS:
        yield Readiness("ok", _("Clock agrees with this machine's"))
        return
    seconds = f"{abs(ahead) / 1000:.1f}"
    title = (
        _("Clock is %(seconds)s s ahead") if ahead > 0 else _("Clock is %(seconds)s s behind")
    ) % {"seconds": seconds}
    state = "fail" if off >= CLOCK_WRONG_MS else "warn"
    yield Readiness(state, title, _("switch time sync on:"), command="timedatectl set-ntp true")


def _certificate(text: str) -> Iterator[Readiness]:
    if not text:
        return
    end = datetime.fromisoformat(text)
    day = {"day": f"{end:%Y-%m-%d}"}
    if not ends_soon(text):
        yield Readiness("ok", _("Certificates valid until %(day)s") % day)
        return
    title = _("A certificate ends on %(day)s") % day
    yield Readiness("warn", title, _("then the host cannot be reached; give it a new one"))


def _way_in(host: Host, port: str, plain: str) -> Iterator[Readiness]:
    if host.transport == Transport.SSH and host.host_key:
        yield Readiness("ok", _("SSH key of the host pinned, ours accepted"))
    if host.transport == Transport.TCP:
        title = _("Reached without encryption or password")
        yield Readiness("warn", title, _("anybody on its network can do the same; use SSH or TLS"))
    if plain == "open":
        title = _("libvirt also answers without encryption or password")
        yield Readiness("warn", title, _("in libvirtd.conf: listen_tcp = 0"))
    if port == "free":
        yield Readiness("ok", _("Migration port %(port)d is let through") % _PORT)
    elif port == "blocked":
        yield Readiness(
            "warn",
            _("A firewall seems to block port %(port)d") % _PORT,
            _("seen from here; machines cannot come by migration:"),
            command="firewall-cmd --permanent --add-port=49152-49215/tcp && firewall-cmd --reload",
        )


def _controllers(system: list[ValidateLine]) -> Iterator[Readiness]:
    found = [line for line in system if line.controller]
    missing = [line.controller for line in found if line.state != "ok"]
    if found and not missing:
        names = ", ".join(line.controller for line in found)
        yield Readiness("ok", _("Limits can be set by cgroups"), names)
    elif missing:
        title = _("cgroup controllers are missing: %(names)s") % {"names": ", ".join(missing)}
        yield Readiness("warn", title, _("limits of machines are not kept"))


def _system(system: list[ValidateLine]) -> Iterator[Readiness]:
    """Return what else virt-host-validate says is wrong, in its own words."""
    rest = [
        line
        for line in system
        if not line.controller and not line.is_about_acceleration and "IOMMU" not in line.what
    ]
    bad = [line for line in rest if line.state != "ok" and not line.hint.startswith("Unknown")]
    for line in bad:
        command = next((text for word, text in HINTS.items() if word in line.what), "")
        title = _("virt-host-validate warns: %(what)s") % {"what": line.what}
        yield Readiness("warn", title, line.hint, command=command)
    if rest and not bad:
        yield Readiness("ok", _("virt-host-validate has nothing to say against it"))
