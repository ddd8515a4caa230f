"""What do a host's own columns say: versions, events, acceleration?"""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hosts.models import Host

from .lines import Fix, Readiness


def versions(host: Host) -> Iterator[Readiness]:
    """Say which versions are there, and whether libvirt is new enough."""
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


def events(host: Host) -> Readiness:
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


def acceleration(host: Host) -> Readiness:
    """KVM counts only after a guest of a few MB ran with it for a moment."""
    reason = str(REASONS.get(host.kvm_reason, ""))
    if host.kvm_works is None:
        found = reason or _("not tried yet")
        return Readiness("skip", _("Hardware virtualisation"), found, Fix("check"))
    if host.kvm_works:
        without = ", ".join(f"−{name}" for name in host.kvm_disabled_features)
        found = f"{host.kvm_cpu_mode} {without}".strip()
        return Readiness("ok", _("Hardware virtualisation works"), found)
    title = _("Emulation only, guests are slow")
    is_absent = host.kvm_reason == "not-offered"
    command = "modprobe kvm_intel || modprobe kvm_amd" if is_absent else ""
    return Readiness("warn", title, reason or host.kvm_reason, command=command)
