"""The page of the recycle bin: what lies in it, since when and by whom, and until when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import Capability, requires
from accounts.models import User
from accounts.requests import SignedInRequest
from jobs.models import Job, JobState
from vms.access import list_vms
from vms.bin.rules import until
from vms.busy import attach_jobs
from vms.filters import MachineFilter
from vms.models import VM
from vms.rules import can

from .listing import Listing

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Lying:
    """One machine in the bin: who put it there, or that its time was over; until when it stays."""

    vm: VM
    by: User | None
    is_ended: bool
    until: datetime | None
    blocked: str  # why it cannot be restored now, "" where it can
    may_act: bool


@requires(Capability.VM_VIEW)
@require_GET
def recycle_bin(request: SignedInRequest) -> HttpResponse:
    """Show the machines in the bin that the reader may see, the newest first."""
    lying = list_vms(request.user).in_bin().order_by(F("recycled_at").desc(), "pk")
    page = Paginator(lying, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = _rows(request.user, attach_jobs(page.object_list))
    listing = Listing(request.user, MachineFilter())
    context = {"page": page, "rows": rows, "listing": listing, "in_bin": True}
    return render(request, "vms/bin.html", context)


def _rows(user: User, machines: Sequence[VM]) -> list[Lying]:
    """Return the rows of a page; the same number of queries for one machine and fifty."""
    ids = [vm.pk for vm in machines]
    mine = set(list_vms(user, Capability.VM_DELETE).filter(pk__in=ids).values_list("pk", flat=True))
    by = _who(ids)
    return [
        Lying(
            vm=vm,
            by=by.get(vm.pk),
            is_ended=vm.pk in by and by[vm.pk] is None,
            until=until(vm),
            blocked=str(can(vm, "recover") or ""),
            may_act=vm.pk in mine,
        )
        for vm in machines
    ]


def _who(ids: Iterable[int]) -> dict[int, User | None]:
    jobs = Job.objects.filter(
        kind="vm.recycle", target_kind="vm", target_id__in=ids, state=JobState.SUCCEEDED
    )
    return {job.target_id or 0: job.actor for job in jobs.select_related("actor").order_by("pk")}
