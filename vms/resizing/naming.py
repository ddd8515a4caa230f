"""Of which size is a machine whose figures changed otherwise than by a wish, as by a revert?

What it costs goes by its size: nobody comes back big at the price of a small one.
"""

from catalogue.models import Size
from quotas.models import Resource
from vms.counting import counted_of
from vms.making.sizes import CUSTOM
from vms.models import VM


def name_size(pk: int) -> None:
    """Give a machine the size that its figures are, where it has more than its size has."""
    vm = VM.objects.filter(pk=pk).first()
    sizes = {size.slug: size for size in Size.objects.all()}
    if vm is None or (own := sizes.get(vm.size)) is None or own.is_custom:
        return
    counted = counted_of(vm)
    if _holds(own, counted):
        return
    named = (size for size in sizes.values() if not size.is_custom and _holds(size, counted))
    fitting = min(named, key=lambda size: (size.vcpus, size.memory, size.disk), default=None)
    slug = fitting.slug if fitting and _is(fitting, counted) else CUSTOM
    VM.objects.filter(pk=pk).update(size=slug, next_size="")


def _holds(size: Size, counted: dict[Resource, int]) -> bool:
    return (
        size.vcpus >= counted[Resource.VCPUS]
        and size.memory >= counted[Resource.MEMORY]
        and size.disk >= counted[Resource.DISK]
    )


def _is(size: Size, counted: dict[Resource, int]) -> bool:
    return (size.vcpus, size.memory) == (counted[Resource.VCPUS], counted[Resource.MEMORY])
