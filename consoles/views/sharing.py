"""Links to the console of a machine: making, extending, ending."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ActionRefused, Capability, allows, requires
from accounts.models import LinkPolicy
from accounts.requests import SignedInRequest
from consoles.forms import LinkForm
from consoles.models import ConsoleLink, ConsoleRoom
from consoles.sharing import links
from vms.access import get_vm
from vms.models import VM

EXTENSION = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def sharing_context(request: HttpRequest, vm: VM) -> dict[str, object]:
    """Return what the links of a machine are drawn from."""
    policy = links.policy_of(vm)
    room = ConsoleRoom.objects.filter(pk=vm.pk).first()
    form = LinkForm(initial={"needs_sign_in": "yes"})
    if policy != LinkPolicy.ANYONE:
        del form.fields["needs_sign_in"]
    standing = links.standing(vm)
    return {
        "vm": vm,
        "links": standing,
        "links_again": _again(standing),
        "may_share": allows(request.user, Capability.VM_SHARE_CONSOLE, vm),
        "links_are_off": policy == LinkPolicy.OFF,
        "link_form": form,
        "links_rev": room.rev if room else 0,
    }


def _again(standing: list[ConsoleLink]) -> float | None:
    """Return in how many seconds the times of links are no longer right, None without links."""
    if not standing:
        return None
    first = min(link.expires_at for link in standing) - timezone.now()
    return max(1.0, min(first, MINUTE).total_seconds())


@require_http_methods(["GET", "POST"])
@never_cache
@requires(Capability.VM_CONSOLE)
def shares(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the links; on POST make one, whose address is shown this once."""
    vm = get_vm(request.user, pk, Capability.VM_CONSOLE)
    if request.method == "GET":
        return render(request, "consoles/_links.html", sharing_context(request, vm))
    form = LinkForm(request.POST)
    if not form.is_valid():
        raise ActionRefused(str(next(iter(form.errors.values()))[0]), code="invalid", status=400)
    wishes = form.wishes()
    made = links.share(vm, request.user, **wishes, ip=request.META.get("REMOTE_ADDR") or None)
    address = request.build_absolute_uri(reverse("visit:room", args=[made.key]))
    context = sharing_context(request, vm) | {"made": made.link, "address": address}
    return render(request, "consoles/_links.html", context)


@require_POST
@never_cache
@requires(Capability.VM_CONSOLE)
def change_share(request: SignedInRequest, pk: int, link_pk: int, verb: str) -> HttpResponse:
    """Extend a link by an hour from now, or end it."""
    vm = get_vm(request.user, pk, Capability.VM_CONSOLE)
    link = get_object_or_404(vm.console_links.select_related("made_by"), pk=link_pk)
    link.vm = vm
    if verb == "extend":
        links.extend(link, request.user, EXTENSION)
    else:
        links.end(link, request.user)
    return render(request, "consoles/_links.html", sharing_context(request, vm))
