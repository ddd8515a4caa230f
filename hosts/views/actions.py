"""What people have done with a host; each only asks."""

import json

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Capability, requires
from accounts.models import Team
from accounts.requests import SignedInRequest
from hosts.access import get_host
from hosts.services.fixing import find_fix, request_fix, what_happens
from hosts.services.keeping_for import keep_for
from hosts.services.managing import request_probe, request_rescan, retry_now
from jobs.numbers import ids_in


@requires(Capability.HOST_MANAGE)
@require_POST
def host_action(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Ask for a try at once, a complete reading, or the checks."""
    host = get_host(request.user, pk, Capability.HOST_MANAGE)
    if action == "retry":
        retry_now(host, request.user)
        text = _("Trying %(host)s again") % {"host": host.name}
    elif action == "rescan":
        request_rescan(host, request.user)
        text = _("Reading %(host)s again") % {"host": host.name}
    elif action == "probe":
        request_probe(host, request.user)
        text = _("Checking %(host)s") % {"host": host.name}
    else:
        raise Http404
    if getattr(request, "htmx", False):
        response = HttpResponse(status=204)
        response["HX-Trigger"] = json.dumps({"toast": {"tone": "iris", "text": text}})
        return response
    messages.info(request, text)
    return redirect("hosts:detail", pk)


@requires(Capability.HOST_MANAGE)
@require_http_methods(["GET", "POST"])
def fix(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a check's fix does; then ask for it."""
    host = get_host(request.user, pk, Capability.HOST_MANAGE)
    given = request.POST if request.method == "POST" else request.GET
    action, name = given.get("action", ""), given.get("name", "")
    if request.method == "POST":
        request_fix(host, action, name, request.user)
        return redirect("hosts:detail", pk)
    found = find_fix(host, action, name)
    context = {"host": host, "fix": found, "sentence": what_happens(host, found)}
    return render(request, "hosts/fix.html", context)


@requires(Capability.HOST_MANAGE)
@require_http_methods(["GET", "POST"])
def teams(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say for which teams a host is kept."""
    host = get_host(request.user, pk, Capability.HOST_MANAGE)
    if request.method == "POST":
        wanted = Team.objects.filter(pk__in=ids_in(request.POST.getlist("team")))
        keep_for(host, wanted, request.user)
        return redirect("hosts:detail", pk)
    chosen = set(host.kept_for.values_list("pk", flat=True))
    rows = [(team, team.pk in chosen) for team in Team.objects.order_by("name")]
    return render(request, "hosts/teams.html", {"host": host, "teams": rows})
