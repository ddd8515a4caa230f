"""Which changes of size have to be agreed to by somebody who decides in the team?

What gets smaller never has to be. A size that has to be asked for at creation has to be here, too.
"""

from django.utils.translation import gettext as _

from accounts.models import User
from quotas.models import Resource
from vms.counting import counted_of
from vms.models import VM
from vms.services.approving import NeedsApproval, decides
from vms.services.wishes import needs_approval

from .wishes import Amounts


def why_growth_waits(vm: VM, amounts: Amounts, by: User) -> str:
    """Return why somebody has to agree to a machine of these amounts, "" when nobody has to."""
    if decides(by, vm.team) or not _grows(vm, amounts):
        return ""
    if needs_approval(amounts, by, vm.team):
        return _("A machine of this size needs approval.")
    if vm.team is not None and vm.team.approves_resize:
        return _("Making machines of %(team)s bigger needs approval.") % {"team": vm.team.name}
    return ""


def refuse_unapproved_growth(vm: VM, amounts: Amounts, by: User) -> None:
    """Raise NeedsApproval for amounts that somebody has to agree to."""
    if reason := why_growth_waits(vm, amounts, by):
        raise NeedsApproval(reason)


def _grows(vm: VM, amounts: Amounts) -> bool:
    now = counted_of(vm)
    return (
        amounts.vcpus > now[Resource.VCPUS]
        or amounts.memory > now[Resource.MEMORY]
        or amounts.disk > now[Resource.DISK]
    )
