"""Teams' own networks: the list, a new one, and its end."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import ActionRefused, Capability, requires
from accounts.in_teams import teams_where
from accounts.models import Team, User
from accounts.requests import SignedInRequest
from hosts.services.networks import (
    LONGEST_NAME,
    get_network,
    networks_of,
    request_network,
    request_network_delete,
    users_of,
)
from jobs.kinds import find_kind
from jobs.services import active_jobs_of
from quotas.models import Resource
from quotas.services import QuotaExceeded, preview


class NetworkForm(forms.Form):
    """A new network."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    team = forms.ChoiceField(label=gettext_lazy("Team"))
    mode = forms.ChoiceField(
        label=gettext_lazy("Reaches"),
        choices=[
            ("nat", gettext_lazy("The outside, hidden behind the host's address (NAT)")),
            ("isolated", gettext_lazy("Only the machines on it (isolated)")),
        ],
        initial="nat",
    )

    def __init__(self, user: User, data: Any = None, *, team: str = "") -> None:
        super().__init__(data, initial={"team": team})
        self.teams = {each.slug: each for each in teams_where(user, Capability.NETWORK_CREATE)}
        field = self.fields["team"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.slug, _label(each, user)) for each in self.teams.values()]


def _label(team: Team, user: User) -> str:
    """Return the team's name with what another network would leave of its limit."""
    lines = [
        line
        for line in preview(team, user, {Resource.NETWORKS: 1})
        if line.resource == Resource.NETWORKS
    ]
    if not lines:
        return team.name
    line = min(lines, key=lambda line: line.left or 0)
    words = {"team": team.name, "left": line.left, "limit": line.limit}
    if line.is_over:
        return _("%(team)s (none of %(limit)d left)") % words
    return _("%(team)s (leaves %(left)d of %(limit)d)") % words


def _context(request: SignedInRequest) -> dict[str, Any]:
    networks = networks_of(request.user)
    wanted = request.GET.get("team", "")
    if wanted:
        networks = networks.filter(team__slug=wanted)
    elif request.user.scope_id:
        networks = networks.filter(team=request.user.scope_id)
    rows = list(networks)
    jobs = active_jobs_of("network", [row.pk for row in rows])
    busy = {pk: find_kind(job.kind).busy for pk, job in jobs.items()}
    may = set(teams_where(request.user, Capability.NETWORK_CREATE).values_list("pk", flat=True))
    return {
        "rows": [(row, busy.get(row.pk), users_of(row), row.team_id in may) for row in rows],
        "is_busy": bool(jobs),
        "may_create": bool(may),
        "team_slug": wanted,
        "user_sees_hosts": request.user.is_superuser,
    }


@requires(Capability.TEAM_VIEW)
@require_GET
def network_list(request: SignedInRequest) -> HttpResponse:
    """Show the own networks of the person's teams; `?team=` narrows to one."""
    page = "networks/_table.html" if request.htmx else "networks/list.html"
    return render(request, page, _context(request))


@requires(Capability.NETWORK_CREATE)
@require_http_methods(["GET", "POST"])
def new_network(request: SignedInRequest) -> HttpResponse:
    """Ask for a new network."""
    posted = request.POST if request.method == "POST" else None
    wants_more = ""
    form = NetworkForm(request.user, posted, team=request.GET.get("team", ""))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            request_network(form.teams[data["team"]], data["name"], data["mode"], request.user)
            return redirect("networks:list")
        except ActionRefused as error:
            wants_more = data["team"] if isinstance(error, QuotaExceeded) else ""
            fields = error.extra.get("fields") or {"": error.message}
            for name, text in fields.items():
                form.add_error(name if name in form.fields else None, text)
    return render(request, "networks/new.html", {"form": form, "wants_more": wants_more})


@requires(Capability.NETWORK_CREATE)
@require_POST
def delete_network(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask for the end of a network."""
    network = get_network(request.user, pk, Capability.NETWORK_CREATE)
    request_network_delete(network, request.user)
    messages.success(request, _("%(name)s is being deleted.") % {"name": network.name})
    return redirect("networks:list")
