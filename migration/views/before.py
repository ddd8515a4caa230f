"""The page before a migration: where it could go, what stands against it, and the start."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import ActionRefused, Capability, requires
from accounts.requests import SignedInRequest
from hosts.models import Host, Transport
from jobs.numbers import ids_in
from migration.checks.asking import request_check, request_fix, targets_for
from migration.forms import OptionsForm
from migration.models import Migration
from migration.services.starting import start
from vms.access import get_vm
from vms.models import VM
from vms.views.answers import answer_job, wants_fragment

from .offering import Offer

PARTS = frozenset({"lane", "checks", "expect", "go"})


@requires(Capability.VM_MIGRATE)
@require_http_methods(["GET", "POST"])
def choose(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show where the machine could go and what stands against it; start it on POST."""
    vm = get_vm(request.user, pk, Capability.VM_MIGRATE)
    if request.method == "POST":
        return _start(request, vm)
    offer = Offer(vm, request.user, _chosen(request))
    form = OptionsForm(initial={"auto_converge": True})
    name = request.GET.get("part", "")
    if name:
        if name not in PARTS:
            raise Http404
        return render(request, f"migration/_{name}.html", offer.as_context())
    under_way = Migration.objects.filter(vm=vm, job__state__in=["queued", "running"]).first()
    context = {**offer.as_context(), "form": form, "under_way": under_way}
    return render(request, "migration/before.html", context)


def _start(request: SignedInRequest, vm: VM) -> HttpResponse:
    form = OptionsForm(request.POST)
    target = _target(vm, request.POST.get("to", ""))
    refusal: ActionRefused | None = None
    if form.is_valid():
        try:
            job = start(vm, target, request.user, form.chosen())
            return _go(request, reverse("migration:cockpit", args=[job.params["migration"]]))
        except ActionRefused as error:
            refusal = error
    offer = Offer(vm, request.user, target.pk)
    context = {**offer.as_context(), "form": form, "refusal": refusal}
    return render(request, "migration/before.html", context, status=409 if refusal else 400)


@requires(Capability.VM_MIGRATE)
@require_POST
def check(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask the hosts; `anew=1` tries the way once more, `to` asks one host alone."""
    vm = get_vm(request.user, pk, Capability.VM_MIGRATE)
    wanted = request.POST.get("to", "")
    targets = [_target(vm, wanted)] if wanted else None
    try:
        request_check(vm, request.user, targets, is_anew=request.POST.get("anew") == "1")
    except ActionRefused as error:
        if not wants_fragment(request):
            messages.error(request, str(error.message))
    if wants_fragment(request):
        offer = Offer(vm, request.user, _number(wanted or request.POST.get("selected", "")))
        return render(request, "migration/_checks.html", offer.as_context())
    return redirect("migration:choose", vm.pk)


@requires(Capability.VM_MIGRATE)
@require_POST
def fix(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask for what removes one blocker; the check follows by itself."""
    vm = get_vm(request.user, pk, Capability.VM_MIGRATE)
    target = _target(vm, request.POST.get("to", ""))
    name, about = request.POST.get("fix", ""), request.POST.get("about", "")
    job = request_fix(vm, target, request.user, name, about)
    if wants_fragment(request):
        return answer_job(request, vm, job)
    messages.info(request, job.sentence)
    return redirect(f"{reverse('migration:choose', args=[vm.pk])}?to={target.pk}")


@requires(Capability.HOST_VIEW)
@require_GET
def bulk(request: SignedInRequest) -> HttpResponse:
    """Ask where the machines that are chosen in the list shall go; a dialog beside its bar."""
    hosts = Host.objects.exclude(transport=Transport.TEST)
    return render(request, "migration/bulk.html", {"hosts": hosts})


def _target(vm: VM, posted: str) -> Host:
    """Return the host that was posted. Raises ActionRefused (400) for one that is none of them."""
    wanted = _number(posted)
    found = [host for host in targets_for(vm) if host.pk == wanted]
    if not found:
        text = _("Choose a host.")
        raise ActionRefused(text, code="invalid", status=400, fields={"to": text})
    return found[0]


def _chosen(request: SignedInRequest) -> int | None:
    return _number(request.GET.get("to", ""))


def _number(text: str) -> int | None:
    return next(iter(ids_in([text])), None)


def _go(request: SignedInRequest, address: str) -> HttpResponse:
    if wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
