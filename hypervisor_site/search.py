"""One search over everything that a person may see, for the command palette."""

from typing import TypedDict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import Capability, Person, is_admin, requires
from accounts.models import User
from hosts.models import Host
from vms.filters import MachineFilter, matching, ordered

MOST = 8


class Item(TypedDict):
    """One hit."""

    title: str
    sub: str
    url: str
    icon: str


class Group(TypedDict):
    """Hits of one kind."""

    title: str
    items: list[Item]


@require_GET
@requires(Capability.SIGNED_IN)
def search(request: HttpRequest) -> HttpResponse:
    """Return machines, and to administrators hosts and people, whose words match."""
    query = request.GET.get("q", "").strip()[:80]
    groups = [_machines(request.user, query)]
    if is_admin(request.user):
        groups += [_hosts(query), _people(query)]
    return JsonResponse({"groups": [group for group in groups if group["items"]]})


def _machines(user: Person, query: str) -> Group:
    rows = ordered(matching(user, MachineFilter(q=query)), "name").select_related("host")
    items: list[Item] = [
        {
            "title": vm.name,
            "sub": vm.address or vm.get_state_display(),
            "url": reverse("vms:detail", args=[vm.pk]),
            "icon": "device-desktop",
        }
        for vm in rows[:MOST]
    ]
    return {"title": _("Machines"), "items": items}


def _hosts(query: str) -> Group:
    items: list[Item] = [
        {
            "title": host.name,
            "sub": host.get_state_display(),
            "url": reverse("hosts:detail", args=[host.pk]),
            "icon": "server-2",
        }
        for host in Host.objects.filter(name__icontains=query)[:MOST]
    ]
    return {"title": _("Hosts"), "items": items}


def _people(query: str) -> Group:
    if not query:
        return {"title": _("People"), "items": []}
    items: list[Item] = [
        {
            "title": person.display_name,
            "sub": person.username,
            "url": reverse("accounts_users") + f"#user-{person.pk}",
            "icon": "users",
        }
        for person in User.objects.filter(username__icontains=query)[:MOST]
    ]
    return {"title": _("People"), "items": items}
