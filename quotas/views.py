"""The pages of limits: of the site for administrators, of a team for who manages it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import ActionRefused, Capability, requires
from accounts.in_teams import get_team
from accounts.models import Team
from accounts.requests import SignedInRequest

from . import setting
from .forms import LimitsForm
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
            for name, text in error.extra.get("fields", {}).items():
                each.add_error(name if name in each.fields else None, text)
        else:
            messages.success(request, _("The limits are set."))
            return redirect("quotas:team", slug=slug)
    context = {
        "team": here,
        "each": each,
        "whole": whole if may_whole else None,
        "lines": usage(here),
    }
    return render(request, "quotas/team.html", context)
