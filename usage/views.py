"""The page of usage: what ran this month, for how long, at what price."""

import csv
import io

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import Capability, requires
from accounts.in_teams import get_team, teams_where
from accounts.models import Team
from accounts.requests import SignedInRequest

from .reports import read_month, report, sees_all, table


@requires(Capability.TEAM_VIEW)
@require_safe
def month(request: SignedInRequest, slug: str = "") -> HttpResponse:
    """Show a team's month, or that of the person's own machines."""
    team = _team(request, slug)
    found = report(request.user, team, read_month(request.GET.get("month", "")))
    context = {
        "team": team,
        "report": found,
        "teams": teams_where(request.user, Capability.TEAM_VIEW),
        "sees_all": team is not None and sees_all(request.user, team),
    }
    return render(request, "usage/month.html", context)


@requires(Capability.TEAM_VIEW)
@require_safe
def export(request: SignedInRequest, slug: str = "") -> HttpResponse:
    """Give the same as a file for spreadsheets."""
    team = _team(request, slug)
    found = report(request.user, team, read_month(request.GET.get("month", "")))
    text = io.StringIO()
    csv.writer(text).writerows(table(found))
    name = f"usage-{slug or 'own'}-{found.month.name}.csv"
    return HttpResponse(
        text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _team(request: SignedInRequest, slug: str) -> Team | None:
    return get_team(request.user, slug, Capability.TEAM_VIEW) if slug else None
