"""The request "quota.raise": a bigger quota, decided by administrators."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import ActionRefused, Capability
from accounts.models import Team, User
from jobs import audit
from quotas.amounts import label, shown
from quotas.counters import counted
from quotas.models import Resource
from quotas.services import Line, set_limit, usage

from . import services
from .capacity import free_capacity
from .kinds import Evidence, RequestKind, register
from .models import Request

KIND = "quota.raise"
MOST = 2**60


def ask(
    by: User, team: Team | None, amounts: Mapping[Resource, int], *, comment: str = ""
) -> Request:
    """Ask for limits of `amounts`. Raises ActionRefused for none, or for less than there is."""
    params = clean(by, team, {"limits": {str(key): value for key, value in amounts.items()}})
    return services.ask(
        KIND,
        by=by,
        team=team,
        params=params,
        comment=comment,
        target_kind="team" if team else "user",
        target_id=team.pk if team else by.pk,
        target_name=team.name if team else by.username,
    )


def clean(by: User, team: Team | None, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the wanted limits; only what is counted, and only more than the limit now."""
    limits = params.get("limits")
    if not isinstance(limits, Mapping) or not limits:
        raise _refused(_("Say how much of something."))
    now = {line.resource: line for line in _lines(team, by)}
    wanted: dict[str, int] = {}
    for name, amount in limits.items():
        if name not in set(counted()) or type(amount) is not int or not 0 < amount <= MOST:
            raise _refused(_("Write a number, such as 8 or 16 GiB."))
        limit = now[Resource(name)].limit
        what = {"what": label(name)}
        if limit is None:
            raise _refused(_("%(what)s: there is no limit, so nothing to ask for.") % what)
        if amount <= limit:
            raise _refused(_("%(what)s: the quota is not smaller than that.") % what)
        wanted[str(name)] = amount
    return {"limits": wanted}


def summary(request: Request) -> str:
    """Return "vCPU 16, Memory 64 GiB for Teaching"."""
    limits: dict[str, int] = request.params.get("limits", {})
    what = ", ".join(f"{label(name)} {shown(name, amount)}" for name, amount in limits.items())
    if request.team is None:
        return _("a quota of %(what)s") % {"what": what}
    return _("a quota of %(what)s for %(team)s") % {"what": what, "team": request.team.name}


def effect(request: Request) -> list[Evidence]:
    """Show what is used of the limit now, the limit after, and what the hosts have free."""
    limits: dict[str, int] = request.params.get("limits", {})
    now = {line.resource: line for line in _lines(request.team, request.person)}
    found = []
    for name, amount in limits.items():
        line = now[Resource(name)]
        found.append(Evidence(True, _before_and_after(line, amount)))
        free = free_capacity().get(name)
        if free is not None:
            more = amount - (line.limit or 0)
            words = {"what": label(name), "free": shown(name, max(0, free))}
            text = _("Hosts have %(free)s of %(what)s free.") % words
            if more > free:
                text = _("Hosts have only %(free)s of %(what)s free.") % words
            found.append(Evidence(True, text))
    return found


def perform(request: Request, by: User) -> None:
    """Set the limits; a limit that was raised further meanwhile stays."""
    now = {line.resource: line.limit for line in _lines(request.team, request.person)}
    before: dict[str, int | None] = {}
    after: dict[str, int] = {}
    for name, amount in request.params.get("limits", {}).items():
        resource = Resource(name)
        limit = now.get(resource)
        if limit is None or limit >= amount:
            continue
        user = None if request.team else request.person
        before[name], after[name] = limit, amount
        set_limit(resource, amount, team=request.team, user=user, each=False)
    audit.record(
        by,
        "quota.change",
        target_kind=request.target_kind,
        target_id=request.target_id,
        target_name=request.target_name,
        detail={"before": before, "after": after, "request": request.pk},
    )


def _lines(team: Team | None, person: User) -> list[Line]:
    return usage(team, None if team else person)


def _before_and_after(line: Line, amount: int) -> str:
    names = {
        "what": line.resource.label,
        "used": shown(line.resource, line.used),
        "limit": shown(line.resource, line.limit) if line.limit is not None else "∞",
        "after": shown(line.resource, amount),
    }
    return _("%(what)s: %(used)s in use, quota %(limit)s → %(after)s") % names


def _refused(text: str) -> ActionRefused:
    return ActionRefused(text, code="invalid", status=400, fields={"limits": text})


def register_kind() -> None:
    """Make the kind known; called while the apps start."""
    register(
        RequestKind(
            KIND,
            gettext_lazy("Bigger quota"),
            summary,
            effect,
            perform,
            decide=Capability.QUOTA_MANAGE,
            clean=clean,
        )
    )
