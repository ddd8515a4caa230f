"""The pages of this room: the site's, a team's, a machine's, and letting a finding stand."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ActionRefused, Capability, allows, requires
from accounts.models import Team, User
from accounts.requests import SignedInRequest
from hosts.models import Host, Transport
from jobs.services import active_job_of
from teams.views.shown import TeamPage, managed_team
from vms.access import get_vm
from vms.views.machine import Machine

from . import reports, services, things
from .access import get_finding, list_findings
from .checks import CHECKS
from .filters import Wish, narrowed, read_wish
from .forms import AcceptForm
from .links import link_of, name_of
from .models import Finding, Look
from .reports import Report
from .scoring import score_of
from .severity import CEILINGS, SHARES, WEIGHTS, Area, Part, Severity
from .shown import row_of, sections

FEW, MANY = 30, 500  # things that a group shows: among others, and alone


@requires(Capability.AUDIT_VIEW)
@require_safe
def site(request: SignedInRequest) -> HttpResponse:
    """Show everything that was found, and the score of the site."""
    report = reports.site_report()
    context = _listing(request, report) | {
        "trend": reports.filled(reports.trend("site")),
        "hosts": Host.objects.exclude(transport=Transport.TEST),
        "teams": Team.objects.all(),
        "parts": _parts(report),
        "may_look": allows(request.user, Capability.SITE_MANAGE),
        "job": active_job_of("site", services.SITE_ID),
    }
    return render(request, "posture/site.html", context)


@requires(Capability.SITE_MANAGE)
@require_POST
def look(request: SignedInRequest) -> HttpResponse:
    """Ask for a look now."""
    services.request_look(request.user)
    return redirect("posture:site")


@requires(Capability.TEAM_MANAGE)
@require_safe
def team(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show what was found of a team's machines."""
    chosen = managed_team(request.user, slug)
    report = reports.team_report(chosen)
    context = _listing(request, report, chosen) | {
        "page": TeamPage(chosen, request.user, "posture"),
        "trend": reports.filled(reports.trend(f"team-{chosen.pk}")),
    }
    return render(request, "posture/team.html", context)


@requires(Capability.VM_EDIT)
@require_safe
def machine(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show all checks of one machine."""
    vm = get_vm(request.user, pk, Capability.VM_EDIT)
    context = {
        "machine": Machine(request.user, vm),
        "vm": vm,
        "tab": "posture",
        "thing": things.machine(vm, request.user),
    }
    return render(request, "posture/machine.html", context)


@requires(Capability.TEAM_MANAGE)
@require_http_methods(["GET", "POST"])
def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let a finding stand for a while."""
    finding = get_finding(request.user, pk)
    form = AcceptForm(request.POST) if request.method == "POST" else AcceptForm.empty()
    if request.method == "POST" and form.is_valid():
        try:
            services.accept(finding, request.user, **form.cleaned_data)
        except ActionRefused as refusal:
            for name, text in refusal.extra.get("fields", {}).items():
                form.add_error(name, text)
        else:
            return redirect(_back(request.user, finding))
    context = {
        "finding": finding,
        "row": row_of(finding, request.user),
        "name": name_of(finding),
        "url": link_of(finding),
        "form": form,
        "back": _back(request.user, finding),
    }
    return render(request, "posture/accept.html", context, status=400 if form.errors else 200)


@requires(Capability.TEAM_MANAGE)
@require_POST
def take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let a finding count again."""
    finding = get_finding(request.user, pk)
    services.take_back(finding, request.user)
    return redirect(_back(request.user, finding))


def _back(user: User, finding: Finding) -> str:
    """Return the page of findings that this reader has for the finding."""
    if allows(user, Capability.AUDIT_VIEW):
        return reverse("posture:site")
    assert finding.vm is not None
    assert finding.vm.team is not None
    return reverse("posture:team", args=[finding.vm.team.slug])


def _listing(request: SignedInRequest, report: Report, team: Team | None = None) -> dict[str, Any]:
    wish = read_wish(request.GET)
    found = narrowed(list_findings(request.user), wish)
    if team is not None:
        found = found.filter(vm__team=team)
    newest = Look.objects.order_by("looked_at").first()
    return {
        "report": report,
        "wish": wish,
        "chips": _chips(wish),
        "sections": sections(found, request.user, report.parts, MANY if wish.check else FEW),
        "looked_at": newest.looked_at if newest else None,
        "severities": [(one, report.counts[one.value]) for one in Severity],
        "areas": Area,
        "kinds": Part,
        "weights": [(one, WEIGHTS[one], CEILINGS.get(one.value)) for one in Severity],
        "shares": [(one, SHARES[one]) for one in Part],
    }


def _chips(wish: Wish) -> list[tuple[str, str, str]]:
    """Return name, value and the query without it, for each filter whose control is not a list."""
    chips = []
    if wish.check in CHECKS:
        chips.append(("check", str(CHECKS[wish.check].title), wish.without("check")))
    if wish.machine:
        found = Look.objects.filter(vm=int(wish.machine)).select_related("vm").first()
        name = found.vm.name if found and found.vm else wish.machine
        chips.append(("machine", name, wish.without("machine")))
    return chips


def _parts(report: Report) -> list[tuple[Part, Any, int]]:
    """Return each part with its own score and how many things it has."""
    numbers = {part: Look.objects.filter(part=part).count() for part in Part}
    return [
        (part, score_of(report.parts[part.value]), numbers[part]) for part in Part if numbers[part]
    ]
