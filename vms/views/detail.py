"""The pages of one machine: overview, hardware, history, and the figures of its charts."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import Capability, requires
from accounts.requests import SignedInRequest
from jobs.models import Job
from live import samples
from vms.access import get_vm
from vms.models import VM

from .machine import Machine

PARTS = frozenset({"facts", "guest", "hardware", "people", "sizes"})
WINDOW_POINTS = 90  # 15 minutes, one sample in ten seconds
JOBS_PER_PAGE = 30


@requires(Capability.VM_VIEW)
@require_GET
def overview(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the machine."""
    return _page(request, pk, "overview")


@requires(Capability.VM_VIEW)
@require_GET
def hardware(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what the machine is made of."""
    return _page(request, pk, "hardware")


@requires(Capability.VM_VIEW)
@require_GET
def history(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the machine's jobs, newest first."""
    vm = get_vm(request.user, pk, Capability.VM_VIEW)
    jobs = Job.objects.filter(target_kind="vm", target_id=vm.pk).select_related("actor")
    page = Paginator(jobs.visible_to(request.user), JOBS_PER_PAGE).get_page(request.GET.get("page"))
    return _render(request, vm, "history", {"page": page})


@requires(Capability.VM_VIEW)
@require_GET
def head(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the top of the machine's page anew, after its state or job changed."""
    vm = get_vm(request.user, pk, Capability.VM_VIEW)
    context = {"machine": Machine(request.user, vm), "tab": request.GET.get("tab", "overview")}
    return render(request, "vms/_head.html", context)


@requires(Capability.VM_VIEW)
@require_GET
def part(request: SignedInRequest, pk: int, name: str) -> HttpResponse:
    """Show a part of its pages anew, after something else of the machine changed."""
    vm = get_vm(request.user, pk, Capability.VM_VIEW)
    if name not in PARTS:
        raise Http404
    tab = request.GET.get("tab", "")
    context = {"machine": Machine(request.user, vm), "vm": vm, "tab": tab}
    return render(request, f"vms/_part_{name}.html", context)


@requires(Capability.VM_VIEW)
@require_GET
def metrics(request: SignedInRequest, pk: int) -> HttpResponse:
    """Return the last 15 minutes as columns; what was not measured is null."""
    vm = get_vm(request.user, pk, Capability.VM_VIEW)
    ring = samples.ring(vm.pk, WINDOW_POINTS)
    newest = samples.latest([vm.pk]).get(vm.pk)
    if newest and (not ring or newest.at > ring[-1].at):
        ring = [*ring, newest]
    names = ("at", "cpu", "memory_used", "disk_read", "disk_write", "net_in", "net_out")
    return JsonResponse({name: [getattr(one, name) for one in ring] for name in names})


def _page(request: SignedInRequest, pk: int, tab: str) -> HttpResponse:
    return _render(request, get_vm(request.user, pk, Capability.VM_VIEW), tab)


def _render(
    request: SignedInRequest, vm: VM, tab: str, more: dict[str, Any] | None = None
) -> HttpResponse:
    context = {"machine": Machine(request.user, vm), "vm": vm, "tab": tab, **(more or {})}
    return render(request, f"vms/machine_{tab}.html", context)
