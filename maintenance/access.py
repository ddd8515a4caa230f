"""How is a plan fetched? Fetching is authorising; plans are a matter of hosts."""

from django.http import Http404

from accounts.access import Capability, Person, require

from .models import Plan, Step


def get_plan(user: Person, pk: int, capability: Capability = Capability.HOST_MANAGE) -> Plan:
    """Return a plan. Raises PermissionDenied, or Http404."""
    require(user, capability)
    plan = Plan.objects.select_related("host", "by", "job").filter(pk=pk).first()
    if plan is None:
        raise Http404
    return plan


def get_step(user: Person, pk: int) -> Step:
    """Return a step. Raises PermissionDenied, or Http404."""
    require(user, Capability.HOST_MANAGE)
    step = Step.objects.select_related("vm", "plan").filter(pk=pk).first()
    if step is None:
        raise Http404
    return step
