"""Is a host ready for machines? Only what was really looked at."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hosts.models import Host


@dataclass(frozen=True, slots=True)
class Readiness:
    """One line: state is ok, warn, fail or skip; `value` is what was found."""

    state: str
    title: str
    value: str = ""


def readiness_of(host: Host) -> list[Readiness]:
    """Return the checks of `host`, from what the watcher read."""
    return [*_versions(host), _events(host), _acceleration(host), _pool(host), _network(host)]


def _versions(host: Host) -> Iterator[Readiness]:
    if not host.libvirt_version:
        yield Readiness("skip", _("libvirt"), _("not read yet"))
        return
    found = f"libvirt {short(host.libvirt_version)}"
    if host.hypervisor_version and host.hypervisor:
        found += f", {host.hypervisor} {short(host.hypervisor_version)}"
    is_old = host.error_code == "too-old"
    yield Readiness("fail" if is_old else "ok", found, _("too old") if is_old else "")


def short(version: str) -> str:
    """Return a version without a last part of 0: 9.0.0 is 9.0."""
    return version.removesuffix(".0") if version.count(".") > 1 else version


def _events(host: Host) -> Readiness:
    """Events are registered before a host counts as online."""
    if host.is_online:
        return Readiness("ok", _("Changes made outside are heard at once"))
    return Readiness("skip", _("Changes made outside are heard at once"), _("not connected"))


REASONS: dict[str, str | Promise] = {
    "not-offered": gettext_lazy("the host offers no KVM"),
    "guest-dies": gettext_lazy("a guest with KVM dies at once"),
    "no-pool": gettext_lazy("no pool to try it in"),
    "other-architecture": gettext_lazy("only tried on PCs"),
}


def _acceleration(host: Host) -> Readiness:
    """KVM counts only after a guest of a few MB ran with it for a moment."""
    reason = str(REASONS.get(host.kvm_reason, ""))
    if host.kvm_works is None:
        return Readiness("skip", _("Hardware virtualisation"), reason or _("not tried yet"))
    if host.kvm_works:
        without = ", ".join(f"−{name}" for name in host.kvm_disabled_features)
        found = f"{host.kvm_cpu_mode} {without}".strip()
        return Readiness("ok", _("Hardware virtualisation works"), found)
    return Readiness("warn", _("Emulation only, guests are slow"), reason or host.kvm_reason)


def _pool(host: Host) -> Readiness:
    pools = list(host.pools.all())
    if any(pool.name == "default" and pool.active for pool in pools):
        return Readiness("ok", _("The pool default is active"))
    if any(pool.active for pool in pools):
        return Readiness("ok", _("A storage pool is active"))
    title = _("No storage pool is active")
    return Readiness("warn", title, _("machines have no place for disks"))


def _network(host: Host) -> Readiness:
    networks = list(host.networks.all())
    if any(network.name == "default" and network.active for network in networks):
        return Readiness("ok", _("The network default is active"))
    if any(network.active for network in networks):
        return Readiness("ok", _("A network is active"))
    return Readiness("warn", _("No virtual network is active"), _("machines need a bridge"))
