"""The pages of maintenance: the plan before it begins, while it goes on, and its end."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import ActionRefused, Capability, requires
from accounts.requests import SignedInRequest
from hosts.access import get_host

from .access import get_plan, get_step
from .models import CHOICES, MOST_AT_ONCE, Deed, Plan
from .preview import Preview
from .progress import PlanPage
from .services.beginning import begin_drain
from .services.checking import check_all
from .services.ending import choose, go_on, open_host, ways_back

PLANS_SHOWN = 50


@requires(Capability.HOST_MANAGE)
@require_http_methods(["GET", "POST"])
def host_plan(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what emptying a host would do; begin it."""
    host = get_host(request.user, pk, Capability.HOST_MANAGE)
    number = request.POST.get("at_once") or request.GET.get("at_once") or "2"
    at_once = int(number) if number.isdecimal() else 0
    refusal: ActionRefused | None = None
    if request.method == "POST":
        try:
            job = begin_drain(host, request.user, at_once=at_once, choices=_choices(request))
        except ActionRefused as error:
            refusal = error
        else:
            return redirect("maintenance:plan", job.target_id)
    context = {
        "host": host,
        "preview": Preview(host, at_once or 2),
        "numbers": range(1, MOST_AT_ONCE + 1),
        "choices": [(deed.value, deed.label) for deed in CHOICES],
        "chosen": _choices(request),
        "refusal": refusal,
        "ways_back": ways_back(host) if host.duty else [],
        "last": host.plans.first(),
    }
    return render(request, "maintenance/host.html", context, status=400 if refusal else 200)


def _choices(request: HttpRequest) -> dict[int, str]:
    """Return what was said for each machine: fields called `vm-7`."""
    said = ((name.removeprefix("vm-"), value) for name, value in request.POST.items())
    return {int(pk): str(value) for pk, value in said if pk.isdecimal()}


@requires(Capability.HOST_MANAGE)
@require_POST
def check_machines(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask both sides about every machine of the host, before anything begins."""
    host = get_host(request.user, pk, Capability.HOST_MANAGE)
    count = check_all(host, request.user)
    messages.info(request, _("Asking the hosts about %(count)d machines.") % {"count": count})
    return redirect("maintenance:host", pk)


@requires(Capability.HOST_MANAGE)
@require_POST
def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let machines come to the host again; on wish the former ones come back."""
    host = get_host(request.user, pk, Capability.HOST_MANAGE)
    job = open_host(host, request.user, bring_back="bring_back" in request.POST)
    if job is not None:
        return redirect("maintenance:plan", job.target_id)
    messages.success(request, _("%(host)s takes machines again.") % {"host": host.name})
    return redirect("hosts:detail", pk)


@requires(Capability.HOST_VIEW)
@require_GET
def all_plans(request: HttpRequest) -> HttpResponse:
    """Show the last plans."""
    plans = Plan.objects.select_related("host", "by", "job")[:PLANS_SHOWN]
    return render(request, "maintenance/plans.html", {"plans": [PlanPage(one) for one in plans]})


@requires(Capability.HOST_VIEW)
@require_GET
def plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Show a plan with each of its steps."""
    found = get_plan(request.user, plan_id, Capability.HOST_VIEW)
    return render(request, "maintenance/plan.html", _context(request, found))


@requires(Capability.HOST_VIEW)
@require_GET
def plan_body(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Show what changes of a plan again."""
    found = get_plan(request.user, plan_id, Capability.HOST_VIEW)
    return render(request, "maintenance/_plan.html", _context(request, found))


def _context(request: HttpRequest, found: Plan) -> dict[str, object]:
    deeds = [(deed.value, deed.label) for deed in (Deed.MIGRATE, *CHOICES)]
    return {"page": PlanPage(found, request.user), "deeds": deeds}


@requires(Capability.HOST_MANAGE)
@require_POST
def resume(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """Have a worker go on with a plan that stopped on the way."""
    go_on(get_plan(request.user, plan_id), request.user)
    return redirect("maintenance:plan", plan_id)


@requires(Capability.HOST_MANAGE)
@require_POST
def step_choice(request: SignedInRequest, step_id: int) -> HttpResponse:
    """Say what becomes of a machine that did not move."""
    step = get_step(request.user, step_id)
    choose(step, request.POST.get("deed", ""), request.user)
    return redirect("maintenance:plan", step.plan_id)
