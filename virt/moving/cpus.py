"""Would a guest's processor be there on another host, and which one do both have?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import libvirt

from virt.connection import Hypervisor
from virt.errors import Unsupported, VirtError
from virt.hosts.listing import skipping
from virt.xml.read_moving import (
    Moving,
    cpu_of_capabilities,
    host_cpu,
    model_of,
    switched_off,
    switched_on,
)

MOST_FEATURES = 60
PASSED = frozenset({"host-passthrough", "maximum"})
OF_THE_HOST = PASSED | {"host-model"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Hold what a guest has now, and, where it runs, what its next start gives it."""

    is_active: bool
    now: Moving
    later: Moving | None = None


@dataclass(frozen=True, slots=True)
class CpuFit:
    """Say whether a processor fits: "identical", "superset", "lacks" or "unknown".

    ``missing`` are the features that the guest has and the host lacks, as far as libvirt can list.
    ``next_fits`` says that what a running guest will have from its next start would fit.
    """

    verdict: str
    missing: tuple[str, ...] = ()
    detail: str = ""
    next_fits: bool = False


@dataclass(frozen=True, slots=True)
class CpuKind:
    """Name what a processor is for: an architecture ("x86_64"), and "kvm" or "qemu"."""

    arch: str
    virt_type: str


@dataclass(frozen=True, slots=True)
class CommonCpu:
    """Hold a processor that several hosts have, and its model's name.

    ``xml`` is one of a definition. ``without`` are, host by host, the features which that host has
    and this processor does without.
    """

    xml: str
    model: str
    without: tuple[tuple[str, ...], ...]


def cpu_fit(source: Hypervisor, target: Hypervisor, wanted: Wanted) -> CpuFit:
    """Compare the guest's processor with what the target can offer."""
    definition = wanted.now
    if not wanted.is_active and definition.cpu_mode in OF_THE_HOST:
        return CpuFit("superset")  # it takes that of the host on which it starts
    if not definition.cpu:
        return CpuFit("superset")  # QEMU's own, which every host has
    try:
        if definition.cpu_mode in PASSED:
            with source.calling():
                own = host_cpu(source.raw.getCapabilities())
            with target.calling():
                return _verdict(target.raw.compareCPU(own, 0))
        with target.calling():
            fit = _verdict(_compare(target.raw, definition))
        if fit.verdict != "lacks":
            return fit
        missing = _missing(target, definition)
        return replace(fit, missing=missing, next_fits=_next_fits(target, wanted))
    except VirtError as error:
        return CpuFit("unknown", detail=error.detail)


def _next_fits(target: Hypervisor, wanted: Wanted) -> bool:
    later = wanted.later
    if later is None or not later.cpu or later.cpu == wanted.now.cpu:
        return False
    if later.cpu_mode in OF_THE_HOST:
        return False  # it would take this host's again
    with target.calling():
        return _verdict(_compare(target.raw, later)).verdict in {"identical", "superset"}


def _verdict(number: int) -> CpuFit:
    return CpuFit({0: "lacks", 1: "identical", 2: "superset"}.get(number, "unknown"))


def _compare(raw: Any, definition: Moving) -> int:
    return int(
        raw.compareHypervisorCPU(
            None, definition.arch, None, definition.virt_type, definition.cpu, 0
        )
    )


def _missing(target: Hypervisor, definition: Moving) -> tuple[str, ...]:
    """List what the guest's processor has and the target's lacks.

    The baseline of one processor switches off what the host cannot offer.
    """
    with target.calling(), skipping(VirtError):
        kept = _baseline(target.raw, _kind(definition), [definition.cpu], 0)
        lacking = switched_off(kept) - switched_off(definition.cpu)
        return tuple(sorted(lacking))[:MOST_FEATURES]
    return ()


def _kind(definition: Moving) -> CpuKind:
    return CpuKind(definition.arch, definition.virt_type)


def host_model(hypervisor: Hypervisor, kind: CpuKind) -> str:
    """Return the XML of the best processor that a host gives its guests, "" where it is silent."""
    with hypervisor.calling():
        text = hypervisor.raw.getDomainCapabilities(None, kind.arch, None, kind.virt_type, 0)
    return cpu_of_capabilities(text)[0]


def _baseline(raw: Any, kind: CpuKind, cpus: Sequence[str], flags: int) -> str:
    return str(raw.baselineHypervisorCPU(None, kind.arch, None, kind.virt_type, list(cpus), flags))


def common_cpu(source: Hypervisor, target: Hypervisor, definition: Moving) -> str:
    """Return the XML of the best processor that both hosts have; raises Unsupported."""
    kind = _kind(definition)
    models = [host_model(side, kind) for side in (source, target)]
    return common_of(target, kind, models).xml


def common_of(hypervisor: Hypervisor, kind: CpuKind, models: Sequence[str]) -> CommonCpu:
    """Return the best processor that all of `models` contain, as any one host computes it.

    `models` are of `host_model`. Raises Unsupported where one is silent, or they have nothing in
    common, as processors of two makers. https://libvirt.org/html/libvirt-libvirt-host.html,
    virConnectBaselineHypervisorCPU.
    """
    if not all(models):
        raise Unsupported("A host does not say which processor its guests can have.")
    with hypervisor.calling():
        raw = hypervisor.raw
        xml = _baseline(raw, kind, models, libvirt.VIR_CONNECT_BASELINE_CPU_MIGRATABLE)
        kept = _features(raw, kind, xml)
        without = tuple(tuple(sorted(_features(raw, kind, one) - kept)) for one in models)
    return CommonCpu(xml, model_of(xml), without)


def _features(raw: Any, kind: CpuKind, xml: str) -> frozenset[str]:
    """Return every feature of a processor, those that its model stands for among them."""
    expand = libvirt.VIR_CONNECT_BASELINE_CPU_EXPAND_FEATURES
    return switched_on(_baseline(raw, kind, [xml], expand))


def fits(hypervisor: Hypervisor, kind: CpuKind, xml: str) -> bool:
    """Say whether a host can give its guests the processor `xml`."""
    with hypervisor.calling():
        found = hypervisor.raw.compareHypervisorCPU(None, kind.arch, None, kind.virt_type, xml, 0)
    return _verdict(found).verdict in {"identical", "superset"}
