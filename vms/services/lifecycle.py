"""Ask for a new name, for starting with the host, for deletion."""

from django.utils.translation import gettext as _

from accounts.models import User
from jobs.models import Job
from vms.models import VM
from vms.names import BadName, check_free, is_free_on

from .asking import ask
from .refusing import refuse_field


def request_rename(vm: VM, name: str, by: User, *, idempotency_key: str = "") -> Job:
    """Ask for another name. The machine has to be off."""
    if name == vm.name:
        raise refuse_field("name", _("This is its name already."))
    try:
        check_free(name, vm.team, vm.owner, but=vm)
    except BadName as error:
        raise refuse_field("name", str(error)) from error
    if not is_free_on(vm.host, name, but=vm):
        raise refuse_field("name", _("This name cannot be had. Choose another one."))
    return ask(vm, "rename", by, params={"name": name}, idempotency_key=idempotency_key)


def request_autostart(vm: VM, on: bool, by: User, *, idempotency_key: str = "") -> Job:
    """Ask that the machine starts with its host, or does not."""
    return ask(vm, "autostart", by, params={"on": bool(on)}, idempotency_key=idempotency_key)


def refuse_unconfirmed(vm: VM, with_disks: bool, confirm_name: str) -> None:
    """Refuse to take the disks of a machine whose name was not typed."""
    if with_disks and confirm_name != vm.name:
        raise refuse_field(
            "confirm", _("Type %(name)s to delete its disks too.") % {"name": vm.name}
        )


def request_delete(
    vm: VM,
    by: User,
    with_disks: bool = False,
    confirm_name: str = "",
    *,
    idempotency_key: str = "",
    is_approved: bool = False,
) -> Job:
    """Ask for deletion; when the disks go too, `confirm_name` has to be the machine's name."""
    refuse_unconfirmed(vm, with_disks, confirm_name)
    params = {"with_disks": bool(with_disks)}
    return ask(
        vm,
        "delete",
        by,
        params=params,
        idempotency_key=idempotency_key,
        is_approved=is_approved,
    )
