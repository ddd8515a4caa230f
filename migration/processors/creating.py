"""Give new machines the processor that the hosts of a group have in common."""

from hosts.models import Host
from vms.making.processors import register_finder

from .models import ProcessorGroup


def find_processor(host: Host, virt_type: str) -> str:
    """Return the processor of the host's group where new machines get it, or ""."""
    groups = ProcessorGroup.objects.filter(members__host=host, is_for_new=True, virt_type=virt_type)
    return groups.values_list("processor", flat=True).first() or ""


register_finder(find_processor)
