"""The pages of hosts."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import Capability, allows, requires
from hosts.access import get_host
from hosts.cards import cards
from hosts.forms import HostForm
from hosts.models import Host
from hosts.pages import TABS, HostPage
from hosts.views.adding import add_context


@requires(Capability.HOST_VIEW)
def host_list(request: HttpRequest) -> HttpResponse:
    """Show all hosts as cards or as a table; with none, how to add the first."""
    found = cards()
    if not found:
        return render(request, "hosts/first.html", add_context(request, HostForm()))
    layout = "table" if request.GET.get("layout") == "table" else "cards"
    may_manage = allows(request.user, Capability.HOST_MANAGE)
    context = {"cards": found, "layout": layout, "user_manages_hosts": may_manage}
    return render(request, "hosts/list.html", context)


@requires(Capability.HOST_VIEW)
def host_card(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one card again."""
    host = get_host(request.user, pk)
    return render(request, "hosts/_card.html", {"card": cards(Host.objects.filter(pk=host.pk))[0]})


@requires(Capability.HOST_VIEW)
def host_row(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one row of the table again."""
    host = get_host(request.user, pk)
    return render(request, "hosts/_row.html", {"card": cards(Host.objects.filter(pk=host.pk))[0]})


@requires(Capability.HOST_VIEW)
def host_detail(request: HttpRequest, pk: int, tab: str = "overview") -> HttpResponse:
    """Show one host, at one of its tabs."""
    host = get_host(request.user, pk)
    if tab not in TABS:
        raise Http404
    return render(request, "hosts/detail.html", {"page": _page(request, host, tab)})


@requires(Capability.HOST_VIEW)
def host_body(request: HttpRequest, pk: int, tab: str) -> HttpResponse:
    """Show what changes on a host's page again."""
    host = get_host(request.user, pk)
    if tab not in TABS:
        raise Http404
    return render(request, "hosts/_detail.html", {"page": _page(request, host, tab)})


def _page(request: HttpRequest, host: Host, tab: str) -> HostPage:
    return HostPage(host, tab, may_manage=allows(request.user, Capability.HOST_MANAGE))
