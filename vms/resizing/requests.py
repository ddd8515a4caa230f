"""Changes of size that somebody else decides: asked for with their figures, done as approved.

Approving does it in the name of the person who asked, by the same services and rules; only the
approval itself, and the person's own limit, are taken as granted.
"""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import ActionRefused, Capability, require
from accounts.models import User
from approvals.kinds import Evidence, RequestKind, register
from approvals.models import Request
from approvals.services import ask
from jobs.models import Job
from quotas.amounts import shown
from quotas.models import Resource
from vms.models import VM
from vms.requests import machine_of, weigh_line
from vms.rules import can

from .disks import read_growth, room_hint
from .effects import effect_of, lines_with
from .rules import refuse_fixed, why_not_resized
from .services import request_growth, request_resize
from .wishes import Resize, ResizeRequest, read_resize


def ask_resize(vm: VM, spec: ResizeRequest, by: User, comment: str = "") -> Request:
    """Ask whoever decides for other figures. What is wrong with the wish is refused at once."""
    require(by, Capability.VM_EDIT, vm)
    refuse_fixed(vm.fixed)
    wish = read_resize(vm, spec, by)
    params = asdict(spec) | {"amounts": _amounts(wish)}
    return _ask("vm.resize", vm, by, params, comment)


def ask_growth(vm: VM, disk: str, capacity: int, by: User, comment: str = "") -> Request:
    """Ask whoever decides for a bigger disk. What is wrong with the wish is refused at once."""
    require(by, Capability.VM_EDIT, vm)
    growth = read_growth(vm, disk, capacity, by)
    params = {"disk": growth.disk, "capacity": growth.capacity, "before": growth.before}
    return _ask("vm.grow", vm, by, params, comment)


def _ask(kind: str, vm: VM, by: User, params: dict[str, Any], comment: str) -> Request:
    return ask(kind, by=by, team=vm.team, params=params, comment=comment, **vm.about)


def _amounts(wish: Resize) -> list[int]:
    return [wish.vcpus, wish.memory, wish.max_vcpus, wish.max_memory]


def _say_resize(request: Request) -> str:
    vcpus, memory = request.params["amounts"][:2]
    words = {"name": request.target_name, "vcpus": vcpus, "memory": shown("memory", memory)}
    return _("%(name)s with %(vcpus)s vCPU and %(memory)s") % words


def _say_growth(request: Request) -> str:
    words = {
        "name": request.target_name,
        "disk": request.params["disk"],
        "before": shown(Resource.DISK, request.params["before"]),
        "after": shown(Resource.DISK, request.params["capacity"]),
    }
    return _("disk %(disk)s of %(name)s: %(before)s → %(after)s") % words


def _gone() -> str:
    return _("The machine is gone, or is another team's now.")


def _weigh_resize(request: Request) -> list[Evidence]:
    """Return what it has, what it would have, and what the quotas would be like."""
    vm = machine_of(request)
    if vm is None:
        return [Evidence(False, _gone())]
    if reason := why_not_resized(vm):
        return [Evidence(False, reason)]
    try:
        wish = read_resize(vm, ResizeRequest.of_params(request.params), request.person)
    except ActionRefused as error:
        return [Evidence(False, error.message)]
    if _amounts(wish) != request.params["amounts"]:
        return [Evidence(False, _("The size has changed since it was asked for."))]
    effect = effect_of(vm, wish)
    words = {
        "vcpus": effect.before.vcpus,
        "memory": shown(Resource.MEMORY, effect.before.memory),
        "then_vcpus": wish.vcpus,
        "then_memory": shown(Resource.MEMORY, wish.memory),
    }
    text = _("%(vcpus)s vCPU and %(memory)s now, %(then_vcpus)s vCPU and %(then_memory)s then")
    found = [Evidence(True, text % words), *(weigh_line(line) for line in effect.lines)]
    if effect.waits:
        found.append(Evidence(True, _("Some of it takes effect at the next start.")))
    return [*found, *([Evidence(True, effect.hint)] if effect.hint else [])]


def _weigh_growth(request: Request) -> list[Evidence]:
    vm = machine_of(request)
    if vm is None:
        return [Evidence(False, _gone())]
    if refusal := can(vm, "grow"):
        return [Evidence(False, str(refusal))]
    params = request.params
    try:
        growth = read_growth(vm, params["disk"], params["capacity"], request.person)
    except ActionRefused as error:
        return [Evidence(False, error.message)]
    hint = room_hint(vm, growth.disk, growth.capacity - growth.before)
    found = [weigh_line(line) for line in lines_with(vm, growth)]
    return [*found, *([Evidence(True, hint)] if hint else [])]


def _still(request: Request) -> VM:
    vm = machine_of(request)
    if vm is None:
        raise ActionRefused(_gone(), code="not-found", status=404)
    return vm


def _resize(request: Request, by: User) -> Job:
    return request_resize(
        _still(request),
        ResizeRequest.of_params(request.params),
        request.person,
        idempotency_key=f"request-{request.pk}",
        is_approved=True,
    )


def _grow(request: Request, by: User) -> Job:
    return request_growth(
        _still(request),
        request.params["disk"],
        request.params["capacity"],
        request.person,
        idempotency_key=f"request-{request.pk}",
        is_approved=True,
    )


register(
    RequestKind(
        name="vm.resize",
        title=gettext_lazy("Other size"),
        summary=_say_resize,
        effect=_weigh_resize,
        perform=_resize,
        decide=Capability.REQUEST_DECIDE,
    )
)
register(
    RequestKind(
        name="vm.grow",
        title=gettext_lazy("Bigger disk"),
        summary=_say_growth,
        effect=_weigh_growth,
        perform=_grow,
        decide=Capability.REQUEST_DECIDE,
    )
)
