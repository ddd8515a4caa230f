"""What may somebody wish a machine's processors and memory to be? The rules are those of creation.

A size of the catalogue has to be offered to the team; own figures are the size "custom".
"""

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from accounts.models import User
from catalogue.models import Size
from catalogue.services import find_size, find_size_for
from virt.domains.sizes import Sizes
from vms.making.sizes import CUSTOM, LEAST_MEMORY, MIB, MOST_MEMORY, MOST_VCPUS
from vms.models import VM
from vms.services.refusing import refuse_fields

from .pending import defined_of, now_of


@dataclass(frozen=True, slots=True)
class ResizeRequest:
    """What a person, or a program, asked for. Bytes; None is the size's figure, else the present.

    `size` is the slug of a size, "" for own figures. The machine can grow to `max_vcpus` and
    `max_memory` while it runs. `live` does at once what can be done while it runs.
    """

    size: str = ""
    vcpus: int | None = None
    memory: int | None = None
    max_vcpus: int | None = None
    max_memory: int | None = None
    live: bool = False

    @classmethod
    def of_params(cls, params: dict[str, Any]) -> "ResizeRequest":
        """Read it from JSON that has more in it."""
        return cls(**{part.name: params[part.name] for part in fields(cls)})


@dataclass(frozen=True, slots=True)
class Resize:
    """A checked request. `size` is the slug of the size that it comes to."""

    size: str
    vcpus: int
    memory: int
    max_vcpus: int
    max_memory: int
    live: bool
    before: dict[str, int] = field(default_factory=dict)

    @property
    def sizes(self) -> Sizes:
        """The figures of the new definition."""
        return Sizes(self.vcpus, self.max_vcpus, self.memory, self.max_memory)

    def as_params(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)

    @classmethod
    def of_params(cls, params: dict[str, Any]) -> "Resize":
        """Read it back from JSON."""
        return cls(**{part.name: params[part.name] for part in fields(cls)})


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a machine comes to in the words of the catalogue. Bytes."""

    size: str
    vcpus: int
    memory: int
    disk: int


def read_resize(vm: VM, spec: ResizeRequest, by: User) -> Resize:
    """Return the checked request.

    Raises ActionRefused: 400 that names every bad field, 422 (`not-offered`) for what `by` is not
    offered in the machine's team, 409 (`unchanged`) where the machine is like that already.
    """
    errors: dict[str, str] = {}
    size = find_size(spec.size) if spec.size else None
    if spec.size and size is None:
        raise refuse_fields({"size": _("There is no such size.")})
    named = size if size is not None and not size.is_custom else None
    sizes = _figures(vm, spec, named)
    _check(vm, sizes, errors)
    if errors:
        raise refuse_fields(errors)
    slug = _slug(vm, sizes, named)
    _refuse_not_offered(vm, slug, named, by)
    wish = Resize(
        size=slug,
        vcpus=sizes.vcpus,
        memory=sizes.memory,
        max_vcpus=sizes.max_vcpus,
        max_memory=sizes.max_memory,
        live=spec.live and vm.is_on,
        before=asdict(defined_of(vm)),
    )
    _refuse_unchanged(vm, wish)
    return wish


def amounts_of(vm: VM, wish: Resize) -> Amounts:
    """Return what the machine comes to with the wish; its memory is all that it may grow to."""
    return Amounts(wish.size, wish.vcpus, wish.max_memory, vm.disk_bytes)


def _figures(vm: VM, spec: ResizeRequest, named: Size | None) -> Sizes:
    """Return the wished figures; room to grow that there is stays, where nothing is said of it."""
    defined = defined_of(vm)
    vcpus = _first(spec.vcpus, named.vcpus if named else defined.vcpus)
    memory = _first(spec.memory, named.memory if named else defined.memory) // MIB * MIB
    has_room = defined.max_vcpus > defined.vcpus
    max_vcpus = _first(spec.max_vcpus, max(vcpus, defined.max_vcpus if has_room else 0))
    has_room = defined.max_memory > defined.memory and named is None
    max_memory = _first(spec.max_memory, max(memory, defined.max_memory if has_room else 0))
    return Sizes(vcpus, max_vcpus, memory, max_memory // MIB * MIB)


def _first(given: int | None, usual: int) -> int:
    return usual if given is None else given


def _check(vm: VM, sizes: Sizes, errors: dict[str, str]) -> None:
    if not 1 <= sizes.vcpus <= MOST_VCPUS:
        errors["vcpus"] = _("From 1 to %(most)d processors.") % {"most": MOST_VCPUS}
    if not LEAST_MEMORY <= sizes.memory <= MOST_MEMORY:
        errors["memory"] = _("From 64 MiB to 4 TiB of memory.")
    elif vm.host.memory and max(sizes.memory, sizes.max_memory) > vm.host.memory:
        name = "memory" if sizes.memory > vm.host.memory else "max_memory"
        errors[name] = _("The host of the machine has less memory than that.")
    if not errors and not sizes.vcpus <= sizes.max_vcpus <= MOST_VCPUS:
        words = {"least": sizes.vcpus, "most": MOST_VCPUS}
        errors["max_vcpus"] = _("From %(least)d, what it has, to %(most)d processors.") % words
    if not errors and not sizes.memory <= sizes.max_memory <= MOST_MEMORY:
        errors["max_memory"] = _("From what it has to 4 TiB of memory.")


def _slug(vm: VM, sizes: Sizes, named: Size | None) -> str:
    """Return the size that it comes to: a named one that is changed is one of one's own."""
    if named is None:
        return CUSTOM
    figures = (sizes.vcpus, sizes.memory, sizes.max_memory)
    is_named = figures == (named.vcpus, named.memory, named.memory) and vm.disk_bytes <= named.disk
    return named.slug if is_named else CUSTOM


def _refuse_not_offered(vm: VM, slug: str, named: Size | None, by: User) -> None:
    if named is not None and find_size_for(by, vm.team, named.slug) is None:
        text = _("This size is not offered here.")
    elif find_size_for(by, vm.team, slug) is not None:
        return
    elif named is not None and vm.disk_bytes > named.disk:
        text = _("The machine has more disk than this size, and own figures are not offered here.")
    else:
        text = _("Own figures are not offered here. Choose a size.")
    raise ActionRefused(text, code="not-offered", status=422, fields={"size": text})


def _refuse_unchanged(vm: VM, wish: Resize) -> None:
    now = now_of(vm)
    is_done = not wish.live or (wish.vcpus, wish.memory) == (now.vcpus, now.memory)
    if is_done and defined_of(vm) == wish.sizes and wish.size == (vm.next_size or vm.size):
        text = _("%(name)s is like that already.") % {"name": vm.name}
        raise ActionRefused(text, code="unchanged")
