"""Ask for one copy of a machine to end, named by its host and confirmed by the machine's name."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, require
from accounts.models import User
from hosts.models import Host
from jobs.models import Job
from jobs.services import create_job
from vms.models import VM, Copy
from vms.states import VMState


@dataclass(frozen=True, slots=True)
class Place:
    """A guest of the machine on one host. `is_home` is where the machine's row is."""

    host: Host
    state: str
    is_on: bool
    is_home: bool

    @property
    def word(self) -> str:
        """What it does there."""
        return str(VMState(self.state).label)


def places_of(vm: VM) -> list[Place]:
    """Return every host that has a guest of this machine, the machine's own first."""
    copies = Copy.objects.filter(vm=vm).select_related("host").order_by("host__name")
    home = Place(vm.host, vm.state, vm.is_on, True)
    return [home, *(Place(copy.host, copy.state, copy.is_on, False) for copy in copies)]


def why_not_end(vm: VM, place: Place) -> str:
    """Return why the guest there may not be ended this way, "" where it may."""
    if vm.active_job is not None:
        return _("%(name)s is busy. Wait for it.") % {"name": vm.name}
    if not place.host.is_online:
        return _("%(host)s does not answer now.") % {"host": place.host.name}
    if vm.hold in {"two-copies", "lost"}:
        return ""
    if place.is_home or place.is_on:
        return _("Nothing is wrong with it: it runs nowhere else.")
    return ""


def request_end(
    vm: VM, host_id: int, by: User, *, confirm_name: str, idempotency_key: str = ""
) -> Job:
    """Ask to power off and forget the guest on one host. Its disks stay.

    Raises PermissionDenied, or ActionRefused where the name does not fit, there is none, or it is
    no copy beside another.
    """
    require(by, Capability.VM_MIGRATE, vm)
    place = next((one for one in places_of(vm) if one.host.pk == host_id), None)
    if place is None:
        text = _("That host has no copy of %(name)s.")
        raise ActionRefused(text % {"name": vm.name}, code="gone")
    if confirm_name != vm.name:
        text = _("Type the name of the machine to confirm.")
        raise ActionRefused(text, code="invalid", status=400, fields={"confirm_name": text})
    if reason := why_not_end(vm, place):
        raise ActionRefused(reason, code="no-copy")
    return create_job(
        "vm.end_copy",
        **vm.about,
        host_id=host_id,
        actor=by,
        params={"host": host_id},
        audiences=vm.audiences,
        idempotency_key=idempotency_key,
    )
