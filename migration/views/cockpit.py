"""The page of a migration that runs or is over, and its knobs."""

import json

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import ActionRefused, Capability, requires
from accounts.requests import SignedInRequest
from jobs.services import request_cancel
from migration.access import get_migration
from migration.forms import TOP_RATE, TuneForm
from migration.models import Migration
from migration.options import MOST_BANDWIDTH
from migration.services import steering
from vms.views.answers import wants_fragment

from .watching import Watch

PARTS = frozenset({"head", "tune", "finish", "events", "ended"})


@requires(Capability.VM_VIEW)
@require_safe
def cockpit(request: SignedInRequest, migration_id: int) -> HttpResponse:
    """Show how a migration goes, or how it ended."""
    row = get_migration(request.user, migration_id, Capability.VM_VIEW)
    watch = Watch(row, request.user)
    context = {"watch": watch, "row": row, "vm": row.vm or _gone(row)}
    name = request.GET.get("part", "")
    if name:
        if name not in PARTS:
            raise Http404
        return render(request, f"migration/_live_{name}.html", context)
    return render(request, "migration/cockpit.html", context)


@requires(Capability.VM_VIEW)
@require_safe
def figures(request: SignedInRequest, migration_id: int) -> JsonResponse:
    """Return what the chart draws."""
    row = get_migration(request.user, migration_id, Capability.VM_VIEW)
    return JsonResponse(Watch(row, request.user).figures)


@requires(Capability.VM_MIGRATE)
@require_POST
def tune(request: SignedInRequest, migration_id: int) -> HttpResponse:
    """Change the limit of the rate or the longest pause, at once."""
    row = get_migration(request.user, migration_id, Capability.VM_MIGRATE)
    form = TuneForm(request.POST)
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        text = " ".join(str(error) for error in errors)
        raise ActionRefused(text, code="invalid", status=400, fields={name: text})
    wishes = {name: value for name, value in form.cleaned_data.items() if value is not None}
    if wishes.get("bandwidth", 0) >= TOP_RATE:
        wishes["bandwidth"] = MOST_BANDWIDTH
    steering.tune(row, request.user, **wishes)
    return _answer(request, row, _("Applied"))


@requires(Capability.VM_MIGRATE)
@require_POST
def post_copy(request: SignedInRequest, migration_id: int) -> HttpResponse:
    """Let the guest go on at the target; there is no way back from there."""
    row = get_migration(request.user, migration_id, Capability.VM_MIGRATE)
    steering.request_post_copy(row, request.user)
    return _answer(request, row, _("Switching to post-copy"))


@requires(Capability.VM_MIGRATE)
@require_POST
def pause(request: SignedInRequest, migration_id: int) -> HttpResponse:
    """Pause the guest, so that the rest is copied in one go."""
    row = get_migration(request.user, migration_id, Capability.VM_MIGRATE)
    steering.request_pause(row, request.user)
    return _answer(request, row, _("Pausing the guest for the rest"))


@requires(Capability.VM_MIGRATE)
@require_POST
def cancel(request: SignedInRequest, migration_id: int) -> HttpResponse:
    """Stop it; the guest stays where it is."""
    row = get_migration(request.user, migration_id, Capability.VM_MIGRATE)
    if row.job is None:
        raise ActionRefused(_("It is over."), code="job-over")
    request_cancel(row.job, request.user)
    return _answer(request, row, _("Cancelling. The guest stays where it is."))


def _gone(row: Migration) -> dict[str, object]:
    return {"pk": None, "name": row.vm_name}


def _answer(request: SignedInRequest, row: Migration, words: str) -> HttpResponse:
    if wants_fragment(request):
        toast = {"tone": "iris", "text": words, "more": row.vm_name}
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({"toast": toast})})
    messages.info(request, words)
    return redirect("migration:cockpit", row.pk)
