"""Ask once more for what a job did not do, by the same rules as the first time."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, Person, is_admin
from accounts.models import User
from catalogue.services import find_size
from jobs.models import Job
from vms.access import get_vm
from vms.bin.services import request_recover
from vms.models import VM
from vms.resizing.services import request_growth, request_resize, request_undo
from vms.resizing.wishes import ResizeRequest
from vms.rules import POWER_ACTIONS

from .asking import NEEDED, ask, right_for
from .create import request_create
from .wishes import CreateRequest, Wish

_SIZES = frozenset({"resize", "grow", "keep_size"})


def retry(job: Job, by: Person) -> Job:
    """Ask again for `job` as `by`. Raises what the action's own service raises."""
    assert isinstance(by, User)
    action = job.kind.removeprefix("vm.")
    if action == "create":
        return request_create(_same_wish(job, by), by)
    if action in _SIZES and job.target_id is not None:
        return _same_size(job, get_vm(by, job.target_id, Capability.VM_EDIT), by)
    if action not in POWER_ACTIONS | NEEDED.keys() or job.target_id is None:
        raise ActionRefused(_("This cannot be tried again."), code="not-repeatable")
    vm = get_vm(by, job.target_id, right_for(action))
    if action == "recover":
        return request_recover(vm, by)
    return ask(vm, action, by, params=job.params)


def _same_size(job: Job, vm: VM, by: User) -> Job:
    """Ask for the same size once more, by the rules and limits of now."""
    if job.kind == "vm.resize":
        wish = ResizeRequest.of_params(job.params)
        named = find_size(wish.size)
        size = wish.size if named is not None and not named.is_custom else ""
        return request_resize(vm, replace(wish, size=size), by)
    if job.kind == "vm.grow":
        return request_growth(vm, job.params["disk"], job.params["capacity"], by)
    return request_undo(vm, by)


def _same_wish(job: Job, by: User) -> CreateRequest:
    """Return what was wished; an administrator asks again for the person who asked."""
    wish = Wish.of_params(job.params)
    owner = User.objects.filter(pk=job.actor_id or 0).first() if is_admin(by) else None
    sources = {"image": f"image:{wish.image}", "iso": "iso:" + "/".join(wish.iso or ())}
    return CreateRequest(
        name=wish.name,
        source=sources.get(wish.kind, "network"),
        size=wish.size,
        vcpus=wish.vcpus,
        memory=wish.memory,
        disk=wish.disk,
        network=wish.network,
        firmware=wish.firmware,
        tpm=wish.tpm,
        display=wish.display,
        clipboard=wish.clipboard,
        start=wish.start,
        description=wish.description,
        owner=owner,
        team_id=wish.team_id,
        ends_at=datetime.fromisoformat(wish.ends_at) if wish.ends_at else None,
        group_id=wish.group_id,
    )
