"""Which files on its host belong to a machine because of its snapshots?"""

from vms.models import VM


def files_of(vm: VM) -> set[str]:
    """Return the paths of its layers and of kept memory, which go with its disks."""
    found = {layer.path for layer in vm.layers.all()}
    for row in vm.snapshots.made():
        found |= row.files
    return found
