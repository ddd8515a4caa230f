"""Change who is in a team; each deed answers with the page it came from."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import Capability, require, requires
from accounts.in_teams import get_team
from accounts.models import Membership, Team, User
from accounts.requests import SignedInRequest
from teams import tasks
from teams.forms import InvitationForm, MemberForm
from teams.services import invitations, members

from .shown import TeamPage, managed_team
from .undoing import offer


@require_POST
@requires(Capability.TEAM_MANAGE)
def add(request: SignedInRequest, slug: str) -> HttpResponse:
    """Let somebody in who has an account."""
    team = managed_team(request.user, slug)
    form = MemberForm(request.POST, auto_id="member_%s")
    if not form.is_valid():
        context = {
            "page": TeamPage(team, request.user, "members"),
            "member_form": form,
            "invitation_form": InvitationForm(auto_id="invite_%s"),
        }
        return render(request, "teams/members.html", context, status=400)
    user: User = form.cleaned_data["username"]
    members.add_member(team, user, form.cleaned_data["role"], request.user)
    messages.success(request, _("%(name)s is in the team now.") % {"name": user.display_name})
    return redirect("teams:members", slug)


@require_POST
@requires(Capability.TEAM_MANAGE)
def role(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Give a member another role, at once."""
    team = managed_team(request.user, slug)
    user = _member(team, pk)
    left = members.change_role(team, user, request.POST.get("role", ""), request.user)
    text = _("%(name)s has another role now.") % {"name": user.display_name}
    offer(request, team, user, left, text, is_gone=False)
    return redirect("teams:members", slug)


@require_POST
@requires(Capability.TEAM_VIEW)
def remove(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Take a member out, or leave."""
    team = get_team(request.user, slug, Capability.TEAM_VIEW)
    if pk != request.user.pk:
        require(request.user, Capability.TEAM_MANAGE, team)
    user = _member(team, pk)
    left = members.remove_member(team, user, request.user)
    if user == request.user:
        return redirect("teams:list")
    text = _("%(name)s is out of the team.") % {"name": user.display_name}
    offer(request, team, user, left, text, is_gone=True)
    return redirect("teams:members", slug)


@require_POST
@never_cache
@requires(Capability.TEAM_MANAGE)
def invite(request: SignedInRequest, slug: str) -> HttpResponse:
    """Make an invitation and show its link, once."""
    team = managed_team(request.user, slug)
    form = InvitationForm(request.POST, auto_id="invite_%s")
    context = {
        "page": TeamPage(team, request.user, "members"),
        "member_form": MemberForm(auto_id="member_%s"),
        "invitation_form": form,
    }
    if not form.is_valid():
        return render(request, "teams/members.html", context, status=400)
    email = form.cleaned_data["email"]
    row, key = invitations.invite(team, email, form.cleaned_data["role"], request.user)
    link = request.build_absolute_uri(reverse("teams:join", args=[key]))
    if email:
        tasks.mail_invitation.delay_on_commit(row.pk, link)
    context["invitation_form"] = InvitationForm(auto_id="invite_%s")
    context |= {"link": link, "invited": email}
    return render(request, "teams/members.html", context)


@require_POST
@requires(Capability.TEAM_MANAGE)
def revoke(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Close an invitation."""
    team = managed_team(request.user, slug)
    invitations.revoke(get_object_or_404(team.invitations, pk=pk), request.user)
    return redirect("teams:members", slug)


def _member(team: Team, pk: int) -> User:
    here = Membership.objects.filter(team=team, user__service_team=None)
    row = here.select_related("user").filter(user=pk).first()
    if row is None:
        raise Http404
    return row.user
