"""To which team has a person narrowed what they look at? Kept with the session, for pages alone.

A scope hides and never grants: lists and the overview show the one team, addresses of other
things still open. It counts while the person sees more teams than one.
"""

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import QuerySet

from .access import Capability
from .in_teams import teams_where
from .models import Team, User

KEY = "scope"
MOST = 100  # teams that the switch offers


def scopes_of(user: User) -> list[Team]:
    """Return the teams between which `user` may switch; none where there is nothing to choose."""
    found = list(_teams(user)[:MOST])
    return found if len(found) > 1 else []


def choose(session: SessionBase, user: User, slug: str) -> Team | None:
    """Narrow to the team of this slug; to nothing where `user` sees no such team."""
    team = _teams(user).filter(slug=slug).first() if slug else None
    if team is None:
        session.pop(KEY, None)
    else:
        session[KEY] = team.pk
    return team


def narrow(session: SessionBase, user: User) -> None:
    """Let `user` look at the chosen team alone during this request."""
    chosen = session.get(KEY)
    if chosen is None:
        return
    teams = dict(_teams(user).values_list("pk", "slug"))
    user.scope_id = chosen if chosen in teams and len(teams) > 1 else None


def _teams(user: User) -> QuerySet[Team]:
    return teams_where(user, Capability.TEAM_VIEW)
