"""What the page of a host says about its maintenance."""

from django import template

from hosts.models import Host
from maintenance.models import Plan, PlanState
from maintenance.preview import Preview

register = template.Library()


@register.simple_tag
def preview_of(host: Host) -> Preview:
    """Return what emptying the host would do now."""
    return Preview(host)


@register.simple_tag
def plan_of(host: Host) -> Plan | None:
    """Return the plan of the host that is under way, else the last one while it is emptied."""
    newest = host.plans.select_related("job").first()
    is_shown = newest is not None and (newest.state == PlanState.RUNNING or host.duty)
    return newest if is_shown else None
