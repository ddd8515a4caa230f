"""The cards beside a team's people: what is asked for, its tokens, and what the month came to."""

from dataclasses import dataclass
from functools import cached_property

from accounts.access import Capability, allows
from accounts.models import ApiToken, Team, User
from approvals.models import Request
from approvals.views import Shown, shown_to
from usage.reports import Report, read_month, report, sees_all

MOST_REQUESTS = 5
MOST_TOKENS = 5


@dataclass(frozen=True)
class Cards:
    """The cards of one team for one person."""

    team: Team
    user: User

    @cached_property
    def waiting(self) -> list[Shown]:
        """The team's requests that wait for the person, the oldest first."""
        rows = Request.objects.waiting().decidable_by(self.user).filter(team=self.team)
        found = rows.select_related("team", "person", "decided_by").order_by("created_at", "pk")
        return [shown_to(row, self.user) for row in found[:MOST_REQUESTS]]

    @cached_property
    def own(self) -> list[Shown]:
        """What the person asked for in the team, not decided yet."""
        rows = Request.objects.waiting().filter(team=self.team, person=self.user)
        found = rows.select_related("team", "person", "decided_by")
        return [shown_to(row, self.user) for row in found[:MOST_REQUESTS]]

    @cached_property
    def tokens(self) -> list[ApiToken]:
        """The tokens of the team's service accounts, for who manages them; the newest first."""
        if not allows(self.user, Capability.TEAM_MANAGE, self.team):
            return []
        rows = ApiToken.objects.filter(user__service_team=self.team).select_related("user")
        return list(rows[:MOST_TOKENS])

    @cached_property
    def month(self) -> Report:
        """What ran this month: all of it for who manages the team, else the person's part."""
        return report(self.user, self.team, read_month(""))

    @property
    def is_all_of_month(self) -> bool:
        """Whether the month is the whole team's."""
        return sees_all(self.user, self.team)
