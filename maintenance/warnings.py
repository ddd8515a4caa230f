"""What speaks less for a host, told before a machine moves there: wishes of placement groups."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from hosts.models import Host
from maintenance.models import planned_with
from migration.checks import registry, words
from migration.checks.findings import Finding, warning
from vms.models import VM
from vms.placement import judge
from vms.placement.needs import need_of

CODE = "placement-wish"


def findings(vm: VM, target: Host) -> Iterator[Finding]:
    """Yield a warning for each wish that the move would go against."""
    for reason in judge(need_of(vm, planned_with(vm)), [target])[0].reasons:
        if reason.code == "affinity" and not reason.is_hard:
            yield warning(CODE, reason=f"{target.name} {reason.text}.")


def register() -> None:
    """Have it asked wherever migrations are checked."""
    words.register(CODE, _("A wish of its placement group is not kept"), _("%(reason)s"))
    registry.register(findings)
