"""The page of a machine's schedules of snapshots."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ActionRefused, Capability, requires
from accounts.requests import SignedInRequest
from snapshots.access import get_schedule
from snapshots.forms import ScheduleForm
from snapshots.services.asking import quota_lines, why_not
from snapshots.services.keeping import remove_schedule, set_schedule
from vms.access import get_vm
from vms.views.quota import leaves


@requires(Capability.VM_SNAPSHOT)
@require_http_methods(["GET", "POST"])
def schedules(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show by which rules snapshots are taken; make or change one."""
    vm = get_vm(request.user, pk, Capability.VM_SNAPSHOT)
    initial = {"every": "day", "keep": 7}
    form = ScheduleForm(request.POST if request.method == "POST" else None, initial=initial)
    refusal: ActionRefused | None = None
    if form.is_bound and form.is_valid():
        try:
            set_schedule(vm, request.user, **form.cleaned_data)
        except ActionRefused as error:
            refusal = error
        else:
            messages.success(request, _("The schedule is set"))
            return redirect("snapshots:schedules", pk=pk)
    context = {
        "vm": vm,
        "form": form,
        "refusal": refusal,
        "blocked": why_not(vm),
        "schedules": vm.snapshot_schedules.order_by("pk"),
        "leaves": leaves(quota_lines(vm)),
    }
    return render(request, "snapshots/schedules.html", context)


@requires(Capability.VM_SNAPSHOT)
@require_POST
def delete(request: SignedInRequest, pk: int, schedule_id: int) -> HttpResponse:
    """Take no more by a rule."""
    remove_schedule(
        get_schedule(request.user, pk, schedule_id, Capability.VM_SNAPSHOT), request.user
    )
    messages.success(request, _("The schedule is gone; what it took stays"))
    return redirect("snapshots:schedules", pk=pk)
