"""How a change is answered: a toast for htmx, a redirect and a message without JavaScript."""

import json

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from jobs.kinds import get_kind
from jobs.models import Job
from vms.models import VM


def wants_fragment(request: SignedInRequest) -> bool:
    """Say whether htmx asks for a part of the page, not for the page."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def answer_job(request: SignedInRequest, vm: VM, job: Job, *, leave: bool = False) -> HttpResponse:
    """Answer a request that became a job. The page hears of the rest over its socket.

    `leave` goes to the list, because the machine's own page will be gone.
    """
    title = str(get_kind(job.kind).title)
    if leave or not wants_fragment(request):
        messages.info(request, f"{title}: {vm.name}")
        left = reverse("vms:bin" if vm.is_in_bin else "vms:list")
        return _go(request, left if leave else _back(request, vm))
    link, label = reverse("jobs:detail", args=[job.pk]), _("Show")
    if job.kind == "vm.recycle":
        link, label = reverse("vms:bin"), _("Recycle bin")
    toast = {"tone": "iris", "text": title, "more": vm.name, "link": link, "link_label": label}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({"toast": toast})})


def answer_change(
    request: SignedInRequest, vm: VM, text: str, *, leave: bool = False
) -> HttpResponse:
    """Answer a change that is done already: show the page anew, or the list where it is gone."""
    messages.success(request, text)
    if leave:
        return _go(request, reverse("vms:list"))
    if wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return _go(request, _back(request, vm))


def _go(request: SignedInRequest, address: str) -> HttpResponse:
    if wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _back(request: SignedInRequest, vm: VM) -> str:
    """Return where the form was: the list, the bin, or the machine's page."""
    lists = {"list": "vms:list", "bin": "vms:bin"}
    if name := lists.get(request.POST.get("next", "")):
        return reverse(name)
    return reverse("vms:detail", args=[vm.pk])
