"""What do capabilities say of a host's readiness: IOMMU, guests in guests?"""

from virt.errors import InvalidDefinition
from virt.xml.document import parse

NESTING = frozenset({"vmx", "svm"})


def has_iommu(capabilities: str) -> bool | None:
    """Return whether devices can be passed through; None where the host does not say."""
    try:
        found = parse(capabilities).find("host/iommu")
    except InvalidDefinition:
        return None
    return None if found is None else found.get("support") == "yes"


def can_nest(domain_capabilities: str) -> bool | None:
    """Return whether guests see the processor's virtualisation; None where it is not told.

    libvirt lists in the mode host-model what KVM offers to a guest, vmx or svm among it only
    where nesting is switched on.
    """
    try:
        mode = parse(domain_capabilities).find("cpu/mode[@name='host-model']")
    except InvalidDefinition:
        return None
    if mode is None or mode.get("supported") != "yes":
        return None
    return any(
        feature.get("name") in NESTING and feature.get("policy") != "disable"
        for feature in mode.iterfind("feature")
    )


def changed_at(volume: str) -> float | None:
    """Return when a volume was changed last, in seconds of the host's own clock."""
    try:
        text = parse(volume).findtext("target/timestamps/ctime") or ""
        return float(text) if text else None
    except (InvalidDefinition, ValueError):
        return None
