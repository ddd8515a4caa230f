"""The pages of limits: of the site for administrators, of a team for who manages it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import ActionRefused, Capability, requires
from accounts.in_teams import get_team
from accounts.models import Team, User
from accounts.requests import SignedInRequest

from . import setting
from .amounts import label, shown
from .forms import LimitsForm
from .models import Limit
from .services import usage


@requires(Capability.QUOTA_MANAGE)
@require_http_methods(["GET", "POST"])
def site(request: SignedInRequest) -> HttpResponse:
    """Set how much everybody may have of their own, and lead to the teams."""
    limits = setting.limits_of(None, None, True)
    form = LimitsForm(request.POST or None, limits=limits, prefix="each")
    if request.method == "POST" and form.is_valid():
        setting.set_limits_of_each(request.user, form.amounts, team=None)
        messages.success(request, _("The limits are set."))
        return redirect("quotas:site")
    context = {"form": form, "teams": Team.objects.all()}
    return render(request, "quotas/site.html", context)


@requires(Capability.TEAM_MANAGE)
@require_http_methods(["GET", "POST"])
def team(request: SignedInRequest, slug: str) -> HttpResponse:
    """Set how much a team, and each person in it, may have."""
    here = get_team(request.user, slug, Capability.TEAM_MANAGE)
    data = request.POST or None
    may_whole = setting.may_set(request.user, here, whole=True)
    each = LimitsForm(data, limits=setting.limits_of(here, None, True), prefix="each")
    whole = LimitsForm(data, limits=setting.limits_of(here, None, False), prefix="team")
    if request.method == "POST" and each.is_valid() and (not may_whole or whole.is_valid()):
        try:
            if may_whole:
                setting.set_limits(request.user, whole.amounts, team=here)
            setting.set_limits_of_each(request.user, each.amounts, team=here)
        except ActionRefused as error:
            _tell(each, error)
        else:
            messages.success(request, _("The limits are set."))
            return redirect("quotas:team", slug=slug)
    context = {
        "team": here,
        "each": each,
        "whole": whole if may_whole else None,
        "people": _people(here),
    }
    return render(request, "quotas/team.html", context)


@requires(Capability.TEAM_MANAGE)
@require_http_methods(["GET", "POST"])
def member(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Set how much one member may have, instead of what each may have."""
    here = get_team(request.user, slug, Capability.TEAM_MANAGE)
    person = get_object_or_404(User, memberships__team=here, pk=pk)
    form = LimitsForm(
        request.POST or None,
        limits=setting.limits_of(here, person, False),
        prefix="person",
        lines=usage(here, person),
    )
    if request.method == "POST" and form.is_valid():
        try:
            setting.set_limits(request.user, form.amounts, team=here, user=person)
        except ActionRefused as error:
            _tell(form, error)
        else:
            messages.success(request, _("The limits are set."))
            return redirect("quotas:team", slug=slug)
    return render(request, "quotas/member.html", {"team": here, "person": person, "form": form})


def _tell(form: LimitsForm, error: ActionRefused) -> None:
    for name, text in error.extra.get("fields", {}).items():
        form.add_error(name if name in form.fields else None, text)


def _people(here: Team) -> list[tuple[User, str]]:
    """Return everybody in the team with their own limits in words, "" for none."""
    own: dict[int | None, list[str]] = {}
    for row in Limit.objects.filter(team=here).exclude(user=None):
        words = f"{label(row.resource)} {shown(row.resource, row.amount)}"
        own.setdefault(row.user_id, []).append(words)
    people = User.objects.filter(memberships__team=here).order_by("first_name", "username")
    return [(person, ", ".join(own.get(person.pk, []))) for person in people]
