"""Undo the last change of a role, or the last removal, that one made in this session."""

import time

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import ActionRefused, Capability, requires
from accounts.models import Team, User
from accounts.requests import SignedInRequest
from teams.services.leaving import Left
from teams.services.members import change_role
from teams.services.undoing import put_back

from .shown import managed_team

KEY = "teams_undo"
SECONDS = 600


def offer(
    request: SignedInRequest, team: Team, user: User, left: Left, text: str, *, is_gone: bool
) -> None:
    """Say what was done, with an undo that stands for ten minutes."""
    request.session[KEY] = {
        "team": team.pk,
        "user": user.pk,
        "is_gone": is_gone,
        "left": left.as_json(),
        "until": time.time() + SECONDS,
    }
    messages.success(request, text, extra_tags=reverse("teams:undo", args=[team.slug]))


@require_POST
@requires(Capability.TEAM_MANAGE)
def undo(request: SignedInRequest, slug: str) -> HttpResponse:
    """Take back what was done last, with today's rights."""
    team = managed_team(request.user, slug)
    try:
        name = _take_back(request, team)
    except ActionRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("%(name)s is as before.") % {"name": name})
    if request.headers.get("X-Requested-With"):
        return HttpResponse(status=204)
    return redirect("teams:members", slug)


def _take_back(request: HttpRequest, team: Team) -> str:
    """Do it and return the person's name. Raises ActionRefused."""
    kept = request.session.pop(KEY, None)
    user = User.objects.filter(pk=kept["user"], is_active=True).first() if kept else None
    if kept is None or user is None or kept["team"] != team.pk or kept["until"] < time.time():
        raise ActionRefused(_("There is nothing to undo any more."), code="nothing")
    left = Left(**kept["left"])
    by = request.user
    assert isinstance(by, User)
    if kept["is_gone"]:
        put_back(team, user, left, by)
    else:
        change_role(team, user, left.role, by, source=left.source)
    return user.display_name
