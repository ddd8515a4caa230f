"""Share a machine with one person, from its page."""

import json
from datetime import datetime
from typing import Any

from django.core import signing
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ActionRefused, Capability, allows, requires
from accounts.models import Grant, User
from accounts.requests import SignedInRequest
from vms.access import get_vm
from vms.models import VM
from vms.services.keeping import end_of_day
from vms.sharing import rules, services
from vms.sharing.forms import ShareForm, TermsForm

from .answers import answer_change, wants_fragment
from .machine import Machine

UNDO = "vms.sharing.undo"
UNDO_FOR = 600  # seconds


@requires(Capability.VM_GRANT)
@require_http_methods(["GET", "POST"])
def share(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask with whom, as what and until when; then share."""
    vm = get_vm(request.user, pk, Capability.VM_GRANT)
    form = ShareForm(_posted(request), roles=rules.roles_for(vm, request.user))
    if request.method == "POST" and form.is_valid():
        wishes = form.cleaned_data
        try:
            person = rules.find_person(wishes["person"])
            until = end_of_day(wishes["until"])
            services.share(vm, person, wishes["role"], request.user, until=until)
            words = _("%(vm)s is shared with %(person)s")
            names = {"vm": vm.name, "person": person.display_name}
            return answer_change(request, vm, words % names)
        except ActionRefused as error:
            _explain(form, error)
    return _dialog(request, vm, form, known=rules.known_to(request.user))


@requires(Capability.VM_GRANT)
@require_http_methods(["GET", "POST"])
def change(request: SignedInRequest, pk: int, user_id: int) -> HttpResponse:
    """Ask for other terms, and give them."""
    vm = get_vm(request.user, pk, Capability.VM_GRANT)
    grant = _grant(vm, user_id)
    day = timezone.localtime(grant.expires_at).date() if grant.expires_at else None
    initial = {"role": grant.role, "until": day}
    roles = rules.roles_for(vm, request.user)
    form = TermsForm(_posted(request), roles=roles, initial=initial)
    if request.method == "POST" and form.is_valid():
        wishes = form.cleaned_data
        until = grant.expires_at if wishes["until"] == day else end_of_day(wishes["until"])
        try:
            services.change(vm, grant.user, wishes["role"], request.user, until=until)
            name = {"person": grant.user.display_name}
            return answer_change(request, vm, _("What %(person)s may do is changed") % name)
        except ActionRefused as error:
            _explain(form, error)
    return _dialog(request, vm, form, grant=grant)


@requires(Capability.VM_VIEW)
@require_POST
def remove(request: SignedInRequest, pk: int, user_id: int) -> HttpResponse:
    """Take away what a person was given, or give up one's own."""
    is_own = user_id == request.user.pk
    vm = get_vm(request.user, pk, Capability.VM_VIEW if is_own else Capability.VM_GRANT)
    grant = services.take_away(vm, _grant(vm, user_id).user, request.user)
    if is_own:
        stays = allows(request.user, Capability.VM_VIEW, vm)
        words = _("%(vm)s is no longer shared with you") % {"vm": vm.name}
        return answer_change(request, vm, words, leave=not stays)
    text = _("No longer shared with %(person)s") % {"person": grant.user.display_name}
    if not wants_fragment(request):
        return answer_change(request, vm, text)
    card = {"machine": Machine(request.user, vm), "vm": vm}
    answer = render(request, "vms/_part_people.html", card)
    toast = {"tone": "leaf", "text": text, "undo": _undo_of(vm, grant)}
    answer["HX-Trigger"] = json.dumps({"toast": toast})
    return answer


@requires(Capability.VM_GRANT)
@require_POST
def undo(request: SignedInRequest, pk: int, token: str) -> HttpResponse:
    """Give back what was just taken away; the page hears of it over its socket."""
    vm = get_vm(request.user, pk, Capability.VM_GRANT)
    try:
        known = signing.loads(token, salt=UNDO, max_age=UNDO_FOR)
    except signing.BadSignature as error:
        raise Http404 from error
    person = User.objects.filter(pk=known["user"], is_active=True).first()
    if known["vm"] != vm.pk or person is None:
        raise Http404
    until = datetime.fromisoformat(known["until"]) if known["until"] else None
    services.share(vm, person, known["role"], request.user, until=until)
    return HttpResponse(status=204)


def _undo_of(vm: VM, grant: Grant) -> str:
    until = grant.expires_at.isoformat() if grant.expires_at else ""
    facts = {"vm": vm.pk, "user": grant.user_id, "role": grant.role, "until": until}
    return reverse("vms:share_undo", args=[vm.pk, signing.dumps(facts, salt=UNDO)])


def _grant(vm: VM, user_id: int) -> Grant:
    grant = rules.grants_on(vm).filter(user=user_id).first()
    if grant is None:
        raise Http404
    return grant


def _posted(request: SignedInRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _explain(form: Form, error: ActionRefused) -> None:
    """Put a refusal beside its field."""
    for name, message in error.extra.get("fields", {"role": error.message}).items():
        form.add_error(name if name in form.fields else None, message)


def _dialog(request: SignedInRequest, vm: VM, form: Form, **more: Any) -> HttpResponse:
    context = {"vm": vm, "form": form, "dialog": "vms/_share.html", **more}
    template = "vms/_share.html" if wants_fragment(request) else "vms/dialog.html"
    return render(request, template, context)
