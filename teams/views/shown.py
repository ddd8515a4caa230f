"""What the pages of a team show."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Q, QuerySet

from accounts.access import Capability, allows, is_admin, require
from accounts.in_teams import get_team
from accounts.models import ApiToken, Invitation, Membership, Role, Team, User
from approvals.models import Request
from jobs.audit.words import action_of
from jobs.models import AuditEntry
from quotas.services import Line, usage
from teams.services.roles import role_names
from vms.idle.rules import Idle, sum_up
from vms.models import VM


def managed_team(user: User, slug: str) -> Team:
    """Return a team that `user` sees and manages: 404 unseen, 403 seen only."""
    team = get_team(user, slug, Capability.TEAM_VIEW)
    require(user, Capability.TEAM_MANAGE, team)
    return team


@dataclass(frozen=True)
class TeamPage:
    """One team for one person; each fact is asked for only by a page that shows it."""

    team: Team
    user: User
    tab: str

    @cached_property
    def may_manage(self) -> bool:
        """Whether the person runs the team."""
        return allows(self.user, Capability.TEAM_MANAGE, self.team)

    @cached_property
    def may_hand_out(self) -> bool:
        """Whether the person makes machines for the others."""
        return self.may_manage and allows(self.user, Capability.VM_CREATE, self.team)

    @cached_property
    def may_decide(self) -> bool:
        """Whether requests wait for the person."""
        return allows(self.user, Capability.REQUEST_DECIDE, self.team)

    @cached_property
    def is_admin(self) -> bool:
        """Whether the person administers the site."""
        return is_admin(self.user)

    @cached_property
    def roles(self) -> dict[str, str]:
        """Every role's key and name."""
        return role_names()

    @cached_property
    def members(self) -> list[Membership]:
        """The people, owners first, with how many machines of the team each has."""
        rows = (
            self.team.memberships.select_related("user")
            .filter(user__service_team=None)
            .annotate(machines=Count("user__vms", filter=Q(user__vms__team=self.team)))
            .order_by("user__first_name", "user__username")
        )
        for row in rows:
            row.role_name = self.roles.get(row.role, row.role)  # type: ignore[attr-defined]
        return sorted(rows, key=lambda row: row.role != Role.OWNER)

    @cached_property
    def from_groups(self) -> int:
        """How many of the people a directory brings and takes."""
        return sum(1 for row in self.members if row.source)

    @cached_property
    def machines(self) -> QuerySet[VM]:
        """The team's machines that the person sees."""
        seen = VM.objects.allowing(self.user, Capability.VM_VIEW).kept().filter(team=self.team)
        return seen.select_related("owner", "host").order_by("ends_at", "name")

    @cached_property
    def idle(self) -> Idle:
        """The team's machines that nobody seems to use."""
        return sum_up(VM.objects.filter(pk__in=self.machines.order_by().values("pk")))

    @cached_property
    def quota(self) -> list[Line]:
        """What is used of what."""
        return usage(self.team)

    @cached_property
    def waiting(self) -> int:
        """How many requests of the team wait for the person."""
        return Request.objects.waiting().decidable_by(self.user).filter(team=self.team).count()

    @cached_property
    def token_count(self) -> int:
        """How many tokens the team's service accounts have."""
        return ApiToken.objects.filter(user__service_team=self.team).count()

    @cached_property
    def invitations(self) -> list[Invitation]:
        """The open invitations."""
        rows = self.team.invitations.select_related("invited_by")
        return [row for row in rows.filter(accepted_at=None, revoked_at=None) if row.is_open]

    @cached_property
    def owners(self) -> str:
        """Who owns the team, in words."""
        names = [row.user.display_name for row in self.members if row.role == Role.OWNER]
        return ", ".join(names)

    @cached_property
    def history(self) -> list[tuple[AuditEntry, str]]:
        """What happened to the team in words, newest first."""
        lines = AuditEntry.objects.filter(target_kind="team", target_id=self.team.pk)[:100]
        return [(line, action_of(line) or line.action) for line in lines]
