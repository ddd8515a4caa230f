"""What about machines has to be asked for first: making one, and deleting one.

Approving does it in the name of the person who asked, by the same services and rules; only the
approval itself, and the person's own limit, are taken as granted.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError

from accounts.access import ActionRefused, Capability, require
from accounts.models import Team, User
from approvals.kinds import Evidence, RequestKind, register
from approvals.models import Request
from approvals.services import ask
from jobs.models import Job
from quotas.amounts import shown
from quotas.services import TEAM, Line, preview

from .bin.services import refuse_untyped, request_removal
from .counting import wanted_of
from .models import VM
from .names import shown_names
from .placement import hosts_for
from .schemas import VMCreate
from .services.create import free_names, refuse_bad_count, request_several, team_for
from .services.keeping import end_of, end_of_day
from .services.placing import need_for
from .services.refusing import refuse_field
from .services.wishes import CreateRequest, Wish, read_wish

PARTS = (
    "name",
    "source",
    "size",
    "vcpus",
    "memory",
    "disk",
    "network",
    "firmware",
    "tpm",
    "display",
    "clipboard",
    "start",
    "description",
)


def ask_creation(spec: CreateRequest, by: User, comment: str = "", count: int = 1) -> Request:
    """Ask whoever decides for `count` machines. What is wrong with the wish is refused at once."""
    team, wish = _checked(spec, by, count)
    return ask(
        "vm.create",
        by=by,
        team=team,
        params=_params(spec, wish, count),
        comment=comment,
        target_kind="vm",
        target_name=wish.name,
    )


def _checked(spec: CreateRequest, by: User, count: int) -> tuple[Team | None, Wish]:
    """Return team and wish. Raises what asking for the machine itself would raise."""
    require(by, Capability.VM_CREATE)
    team = team_for(spec.team_id, by)
    if spec.host_id:
        raise refuse_field("host", _("A request leaves the host to Guesthouse."))
    refuse_bad_count(count)
    wish = read_wish(spec, by, team)
    end_of(spec.ends_at, team, by)
    free_names(wish.name, count, team, by)
    return team, wish


def ask_deletion(
    vm: VM,
    by: User,
    *,
    for_good: bool = False,
    with_disks: bool = False,
    confirm_name: str = "",
    comment: str = "",
) -> Request:
    """Ask whoever decides for a machine's end; the rest is as for the deletion itself."""
    require(by, Capability.VM_DELETE, vm)
    refuse_untyped(vm, for_good, with_disks, confirm_name)
    return ask(
        "vm.delete",
        by=by,
        team=vm.team,
        params={"with_disks": bool(with_disks), "for_good": bool(for_good)},
        comment=comment,
        **vm.about,
    )


def _params(spec: CreateRequest, wish: Wish, count: int) -> dict[str, Any]:
    facts: dict[str, Any] = {part: getattr(spec, part) for part in PARTS}
    facts["ends_at"] = spec.ends_at.isoformat() if spec.ends_at else ""
    facts["group_id"] = spec.group_id
    return facts | {"amounts": [wish.vcpus, wish.memory, wish.disk], "count": count}


def _clean_creation(by: User, team: Team | None, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a program asks for, as it is kept: the body of a creation without its team."""
    try:
        wanted = VMCreate(**{key: data[key] for key in data if key != "team"})
    except ValidationError as error:
        raise refuse_field("params", str(error.errors()[0]["msg"])) from error
    spec = CreateRequest(
        **wanted.dict(exclude={"team", "keep_until", "count"}),
        team_id=team.pk if team else None,
        ends_at=end_of_day(wanted.keep_until),
    )
    return _params(spec, _checked(spec, by, wanted.count)[1], wanted.count)


def _spec(request: Request) -> CreateRequest:
    facts = {part: request.params[part] for part in PARTS if part in request.params}
    end = request.params["ends_at"]
    ends_at = datetime.fromisoformat(end) if end else None
    group_id = request.params.get("group_id")
    return CreateRequest(**facts, team_id=request.team_id, ends_at=ends_at, group_id=group_id)


def _wish(request: Request) -> Wish:
    return read_wish(_spec(request), request.person, request.team)


def _count(request: Request) -> int:
    """Return how many machines are asked for."""
    return int(request.params.get("count", 1))


def _say_creation(request: Request) -> str:
    vcpus, memory, disk = request.params["amounts"]
    name = shown_names(request.params["name"], _count(request))
    return f"{name}: {vcpus} vCPU, {shown('memory', memory)}, {shown('disk', disk)}"


def _weigh_creation(request: Request) -> list[Evidence]:
    """Return what the quotas and the hosts look like with the machine."""
    try:
        wish = _wish(request)
    except ActionRefused as error:
        return [Evidence(False, error.message)]
    if request.params["amounts"] != [wish.vcpus, wish.memory, wish.disk]:
        return [Evidence(False, _("The size has changed since it was asked for."))]
    lines = preview(request.team, request.person, wanted_of(wish, _count(request)))
    found = [weigh_line(line) for line in lines]
    hosts = hosts_for(need_for(wish, request.person, request.team))
    if hosts:
        return [*found, Evidence(True, _("A host has room for it."))]
    return [*found, Evidence(False, _("No host that answers has room for it now."))]


def weigh_line(line: Line) -> Evidence:
    """Return a limit as it would be, for who decides; a person's own is no hindrance."""
    words = {
        "what": line.resource.label,
        "after": shown(line.resource, line.after),
        "limit": shown(line.resource, line.limit or 0),
    }
    if line.scope == TEAM:
        text = _("%(what)s of the team afterwards: %(after)s of %(limit)s")
        return Evidence(not line.is_over, text % words)
    text = _("%(what)s of the person afterwards: %(after)s of %(limit)s")
    if line.is_over:
        text += " " + _("(their own limit; approving allows more)")
    return Evidence(True, text % words)


def _create(request: Request, by: User) -> Job:
    jobs = request_several(
        _spec(request),
        _count(request),
        request.person,
        idempotency_key=f"request-{request.pk}",
        is_approved=True,
    )
    return jobs[0]


def _say_deletion(request: Request) -> str:
    words = {"name": request.target_name}
    if request.params.get("for_good"):
        return _("%(name)s at once, past the recycle bin") % words
    if request.params["with_disks"]:
        return _("%(name)s with its disks") % words
    return request.target_name


def machine_of(request: Request) -> VM | None:
    """Return the machine, while it is still the team's that decides."""
    machines = VM.objects.select_related("host", "owner", "team")
    return machines.filter(pk=request.target_id or 0, team=request.team).first()


def _weigh_deletion(request: Request) -> list[Evidence]:
    vm = machine_of(request)
    if vm is None:
        return [Evidence(False, _("The machine is gone, or is another team's now."))]
    if vm.is_protected:
        return [Evidence(False, _("%(name)s is protected.") % {"name": vm.name})]
    return [Evidence(True, _("%(name)s can be deleted.") % {"name": vm.name})]


def _delete(request: Request, by: User) -> Job:
    vm = machine_of(request)
    if vm is None:
        text = _("The machine is gone, or is another team's now.")
        raise ActionRefused(text, code="not-found", status=404)
    return request_removal(
        vm,
        request.person,
        for_good=bool(request.params.get("for_good")),
        with_disks=request.params["with_disks"],
        confirm_name=vm.name,
        idempotency_key=f"request-{request.pk}",
        is_approved=True,
    )


register(
    RequestKind(
        name="vm.create",
        title=gettext_lazy("New machine"),
        summary=_say_creation,
        effect=_weigh_creation,
        perform=_create,
        decide=Capability.REQUEST_DECIDE,
        clean=_clean_creation,
    )
)
register(
    RequestKind(
        name="vm.delete",
        title=gettext_lazy("Delete machine"),
        summary=_say_deletion,
        effect=_weigh_deletion,
        perform=_delete,
        decide=Capability.REQUEST_DECIDE,
    )
)
