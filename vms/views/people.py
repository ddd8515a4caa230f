"""Who has a machine, as its page tells: by team, or because it was shared with them."""

from dataclasses import dataclass

from django.utils.functional import cached_property

from accounts.access import Capability, allows
from accounts.models import Grant, Membership, User
from accounts.roles import role_names
from vms.models import VM
from vms.sharing import rules


@dataclass(frozen=True, slots=True)
class Shared:
    """A person with whom a machine is shared, as a line of the card."""

    grant: Grant
    role: str
    may_change: bool


class People:
    """Who has a machine, as `user` may know it."""

    def __init__(self, user: User, vm: VM) -> None:
        self.user = user
        self.vm = vm

    @cached_property
    def may_share(self) -> bool:
        """Whether the reader may share it, and so sees with whom it is shared."""
        return allows(self.user, Capability.VM_GRANT, self.vm)

    @cached_property
    def shared(self) -> list[Shared]:
        """With whom it is shared; nobody to who may not share."""
        if not self.may_share:
            return []
        names, mine = role_names(), rules.roles_for(self.vm, self.user)
        return [
            Shared(
                grant=grant,
                role=names.get(grant.role, grant.role),
                may_change=grant.role in mine and grant.user_id != self.user.pk,
            )
            for grant in rules.grants_on(self.vm)
        ]

    @cached_property
    def own(self) -> Grant | None:
        """What the reader was given."""
        return rules.own_grant(self.vm, self.user)

    @property
    def own_role(self) -> str:
        """The reader's role in words."""
        return role_names().get(self.own.role, self.own.role) if self.own else ""

    @cached_property
    def sees_team(self) -> bool:
        """Whether the team's own page is there for the reader."""
        return self.vm.team is not None and allows(self.user, Capability.TEAM_VIEW, self.vm.team)

    @cached_property
    def team_size(self) -> int:
        """How many people have it by their role in the team."""
        return Membership.objects.filter(team=self.vm.team_id, user__is_active=True).count()
