"""Who is told of a machine?"""

from collections.abc import Iterable

from accounts.access import Capability, role_is
from accounts.models import User

from .models import VM


def concerned(vm: VM) -> Iterable[User]:
    """Return the machine's person, else who manages its team."""
    if vm.owner is not None:
        return [vm.owner]
    if vm.team is None:
        return []
    managers = vm.team.memberships.filter(role_is(Capability.TEAM_MANAGE)).select_related("user")
    return [row.user for row in managers]
