"""The list of teams and one team's tabs."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ActionRefused, Capability, allows, requires
from accounts.in_teams import get_team, teams_where
from accounts.requests import SignedInRequest
from teams.forms import InvitationForm, MemberForm, NewTeamForm, RulesForm
from teams.services import teams

from .cards import Cards
from .shown import TeamPage, managed_team

PEOPLE = Q(memberships__user__service_team=None)


@require_safe
@requires(Capability.TEAM_VIEW)
def listing(request: SignedInRequest) -> HttpResponse:
    """Show the person's teams; administrators see all."""
    found = teams_where(request.user, Capability.TEAM_VIEW).annotate(
        people=Count("memberships", filter=PEOPLE, distinct=True),
        machines=Count("vms", distinct=True),
    )
    may_make = allows(request.user, Capability.USER_MANAGE)
    return render(request, "teams/list.html", {"teams": found, "may_make": may_make})


@require_http_methods(["GET", "POST"])
@requires(Capability.USER_MANAGE)
def create(request: SignedInRequest) -> HttpResponse:
    """Make a team."""
    form = NewTeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            team = teams.create_team(**form.cleaned_data, by=request.user)
        except ActionRefused as refusal:
            form.add_error("name", refusal.message)
        else:
            return redirect("teams:members", team.slug)
    return render(request, "teams/new.html", {"form": form}, status=400 if form.errors else 200)


@require_safe
@requires(Capability.TEAM_VIEW)
def overview(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show quota, requests, people and machines."""
    team = get_team(request.user, slug, Capability.TEAM_VIEW)
    context = {
        "page": TeamPage(team, request.user, "overview"),
        "cards": Cards(team, request.user),
    }
    return render(request, "teams/overview.html", context)


@require_safe
@requires(Capability.TEAM_VIEW)
def members(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show everybody, and let managers add and invite."""
    team = get_team(request.user, slug, Capability.TEAM_VIEW)
    context = {
        "page": TeamPage(team, request.user, "members"),
        "member_form": MemberForm(auto_id="member_%s"),
        "invitation_form": InvitationForm(auto_id="invite_%s"),
    }
    return render(request, "teams/members.html", context)


@require_http_methods(["GET", "POST"])
@requires(Capability.TEAM_MANAGE)
def settings(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show and change the team's words and rules."""
    team = managed_team(request.user, slug)
    page = TeamPage(team, request.user, "settings")
    form = RulesForm(request.POST or None, instance=team)
    if request.method == "POST" and form.is_valid():
        team.refresh_from_db()
        try:
            teams.change_team(team, request.user, **form.cleaned_data)
        except ActionRefused as refusal:
            for field, words in refusal.extra.get("fields", {"name": refusal.message}).items():
                form.add_error(field, words)
        else:
            messages.success(request, _("%(name)s is changed.") % {"name": team.name})
            return redirect("teams:settings", team.slug)
    context = {"page": page, "form": form}
    return render(request, "teams/settings.html", context, status=400 if form.errors else 200)


@require_safe
@requires(Capability.TEAM_MANAGE)
def history(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show what happened to the team."""
    page = TeamPage(managed_team(request.user, slug), request.user, "history")
    return render(request, "teams/history.html", {"page": page})


@require_POST
@requires(Capability.USER_MANAGE)
def delete(request: SignedInRequest, slug: str) -> HttpResponse:
    """Remove a team that has nothing any more."""
    team = get_team(request.user, slug, Capability.TEAM_VIEW)
    if request.POST.get("confirm", "") != team.name:
        messages.error(request, _("Type the name of the team to delete it."))
        return redirect("teams:settings", team.slug)
    teams.delete_team(team, request.user)
    return redirect("teams:list")
