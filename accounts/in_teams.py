"""In which teams may somebody do something? For forms and for calls that name a team."""

from django.db.models import QuerySet
from django.http import Http404

from .access import Capability, Person, allows, is_program, on_whole_site, role_is
from .models import Membership, Team


def teams_where(user: Person, capability: Capability) -> QuerySet[Team]:
    """Return the teams in which `user` has `capability`, by name."""
    if on_whole_site(user, capability):
        return Team.objects.all()
    if not allows(user, capability):
        return Team.objects.none()
    mine = Membership.objects.filter(role_is(capability), user__pk=user.pk or 0)
    found = Team.objects.filter(pk__in=mine.values("team"))
    return found.filter(service_accounts=user.pk) if is_program(user) else found


def get_team(user: Person, slug: str, capability: Capability) -> Team:
    """Return the team of this slug. Raises Http404 unless `user` has `capability` there."""
    team = teams_where(user, capability).filter(slug=slug).first()
    if team is None:
        raise Http404
    return team
