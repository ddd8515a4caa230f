"""Make a new machine: one page of choices, and a summary that follows them."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import ActionRefused, Capability, requires
from accounts.requests import SignedInRequest
from jobs.models import Job
from jobs.numbers import ids_in
from vms.forms import CreateForm
from vms.names import shown_names
from vms.requests import ask_creation
from vms.services.create import request_several
from vms.services.wishes import MOST_AT_ONCE

from .creation import Creation


@requires(Capability.VM_CREATE)
@require_http_methods(["GET", "POST"])
def new_machine(request: SignedInRequest) -> HttpResponse:
    """Offer the choices; make the machine and go to its page."""
    posted = request.POST if request.method == "POST" else None
    form = CreateForm(request.user, posted, team=request.GET.get("team"))
    form.begin_with(request.GET)
    creation = Creation(request.user, form, request.build_absolute_uri("/"))
    if request.method == "POST" and form.is_valid():
        try:
            return _make(request, creation)
        except ActionRefused as error:
            _show(form, error)
    return render(request, "vms/create.html", {"form": form, "creation": creation})


def _make(request: SignedInRequest, creation: Creation) -> HttpResponse:
    """Make the machines, or send the request for them where somebody has to agree."""
    wanted, count = creation.form.to_request(), creation.count
    if creation.waits_for:
        ask_creation(wanted, request.user, creation.form.cleaned_data["comment"], count)
        names = {"name": shown_names(wanted.name, count)}
        messages.success(request, _("Your request for %(name)s is sent.") % names)
        return redirect("requests:list")
    jobs = request_several(wanted, count, request.user)
    if count == 1:
        return redirect("vms:detail", jobs[0].target_id)
    return redirect(f"{reverse('vms:created')}?jobs={','.join(str(job.pk) for job in jobs)}")


@requires(Capability.VM_VIEW)
@require_GET
def created(request: SignedInRequest) -> HttpResponse:
    """Show what becomes of machines that were asked for together, each by its name."""
    ids = ids_in(request.GET.get("jobs", "").split(","))
    jobs = Job.objects.visible_to(request.user).filter(kind="vm.create", pk__in=ids[:MOST_AT_ONCE])
    return render(request, "vms/created.html", {"jobs": jobs.order_by("target_name", "pk")})


@requires(Capability.VM_CREATE)
@require_GET
def summary(request: SignedInRequest) -> HttpResponse:
    """Show what the choices so far would make."""
    form = CreateForm(request.user, _settled(request))
    form.is_valid()
    creation = Creation(request.user, form, request.build_absolute_uri("/"))
    return render(request, "vms/_create_changed.html", {"form": form, "creation": creation})


def _settled(request: SignedInRequest) -> QueryDict:
    """Return what was typed; what another team is not offered gives way to what it is."""
    data = request.GET.copy()
    if data.get("shown_team") == data.get("team"):
        return data
    offered = CreateForm(request.user, None, team=data.get("team", ""))
    for name in ("source", "size", "network"):
        field = offered.fields[name]
        choices = dict(getattr(field, "choices", []))
        if data.get(name) not in choices:
            data[name] = str(field.initial or "")
    end = offered.fields["ends_on"].initial
    data["ends_on"] = end.isoformat() if end else ""
    return data


def _show(form: CreateForm, error: ActionRefused) -> None:
    """Put a refusal where it belongs: at its fields, or above the form."""
    fields = error.extra.get("fields")
    if fields:
        form.add_refused(fields)
    else:
        form.add_error(None, error.message or _("The machine cannot be made now."))
