"""Whose webhooks and targets are whose: fetching is authorising."""

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.access import Capability, allows, on_whole_site, role_is
from accounts.models import Team, User

from .models import Target, Webhook


def webhooks_of(user: User) -> QuerySet[Webhook]:
    """Return the webhooks that `user` manages: all, or those of teams."""
    rows = Webhook.objects.select_related("team").defer("url", "secret")
    if on_whole_site(user, Capability.SITE_MANAGE):
        return rows
    return rows.filter(team__in=managed_teams(user))


def managed_teams(user: User) -> QuerySet[Team]:
    """Return the teams whose members and rules `user` manages."""
    if on_whole_site(user, Capability.TEAM_MANAGE):
        return Team.objects.all()
    if not allows(user, Capability.TEAM_MANAGE):
        return Team.objects.none()
    mine = user.memberships.filter(role_is(Capability.TEAM_MANAGE))
    return Team.objects.filter(pk__in=mine.values("team"))


def get_webhook(user: User, pk: int) -> Webhook:
    """Return a webhook that `user` manages; anybody else's is 404."""
    return get_object_or_404(webhooks_of(user), pk=pk)


def get_team(user: User, slug: str) -> Team:
    """Return a team that `user` manages; another's is 404."""
    return get_object_or_404(managed_teams(user), slug=slug)


def get_target(user: User, pk: int) -> Target:
    """Return one of `user`'s own targets, or of a team they manage."""
    target = get_object_or_404(Target.objects.select_related("team").defer("url"), pk=pk)
    if target.user_id == user.pk:
        return target
    if not managed_teams(user).filter(notice_targets=target).exists():
        raise Http404
    return target
