"""The console as somebody sees it who came by a link, with an account or without one."""

from typing import Any

from csp.constants import NONCE
from csp.decorators import csp_update
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Capability, requires
from accounts.models import User
from accounts.sign_in.policy import is_complete
from consoles.forms import NameForm
from consoles.keys import keys_context
from consoles.layouts import typing_context
from consoles.models import ConsoleLink
from consoles.services import has_screen, request_by_link
from consoles.sharing import links, visits
from consoles.words import words
from recordings.policy import is_required
from recordings.services import going_of

from .kinds import kinds_context
from .room import PARTS, act, context_for, shown_kind
from .tickets import answer_ticket

POLL_SECONDS = 3  # visitors have no live socket


@require_http_methods(["GET", "POST"])
@never_cache
@ensure_csrf_cookie
@csp_update({"style-src": [NONCE]})  # type: ignore[arg-type]  # the terminal makes styles
@requires(Capability.PUBLIC)
def visit(request: HttpRequest, key: str) -> HttpResponse:
    """Show the console that a link leads to; ask for a name, or to sign in, before."""
    link = links.find(key)
    if link is None:
        return render(request, "consoles/link_over.html", status=404)
    user = _signed_in(request)
    if user is None and request.user.is_authenticated:
        return redirect("overview")  # which leads to what is still to be done
    if link.needs_sign_in and user is None:
        return redirect_to_login(request.get_full_path())
    form = NameForm(request.POST or None)
    if user is None and request.method == "POST" and form.is_valid():
        visits.enter(link, form.cleaned_data["name"], request.session)
        return redirect("visit:room", key)
    visitor = visits.visitor_of(link, user, request.session)
    if visitor is None:
        recorded = is_required(link.vm) or bool(going_of(link.vm))
        context = {"link": link, "form": form, "is_recorded": recorded}
        return render(request, "consoles/link_name.html", context)
    return render(request, "consoles/room.html", _context(request, link, visitor, key))


@require_GET
@never_cache
@requires(Capability.PUBLIC)
def part(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """Show one part of the room again."""
    link, visitor = _known(request, key)
    return render(request, PARTS[name], _room(link, visitor, key) | shown_kind(request))


@require_POST
@never_cache
@requires(Capability.PUBLIC)
def hands(request: HttpRequest, key: str) -> HttpResponse:
    """Ask to drive and so on, where the link lets people drive."""
    link, visitor = _known(request, key)
    if request.POST.get("act") == "take":
        return HttpResponse(status=400)
    return act(request, link.vm, visitor.who)


@require_POST
@never_cache
@requires(Capability.PUBLIC)
def ticket(request: HttpRequest, key: str) -> HttpResponse:
    """Hand out a one-time ticket."""
    link, visitor = _known(request, key)
    return answer_ticket(
        lambda: request_by_link(
            link,
            visitor,
            login_session=request.session.session_key or "",
            kind=request.POST.get("kind", "vnc"),
            mode=request.POST.get("mode", "control"),
            ip=request.META.get("REMOTE_ADDR") or None,
        )
    )


def _signed_in(request: HttpRequest) -> User | None:
    user = request.user
    if not user.is_authenticated or user.must_change_password:
        return None
    return user if is_complete(user, request.session) else None


def _known(request: HttpRequest, key: str) -> tuple[ConsoleLink, visits.Visitor]:
    link = links.find(key)
    found = visits.visitor_of(link, _signed_in(request), request.session) if link else None
    if link is None or found is None:
        raise Http404
    return link, found


def _room(link: ConsoleLink, visitor: visits.Visitor, key: str) -> dict[str, Any]:
    names = (*PARTS, "hands", "ticket")
    return context_for(visitor.who, link.vm) | {
        "room_urls": {name: reverse(f"visit:{name}", args=[key]) for name in names},
        "link": link,
        "poll": POLL_SECONDS,
        "is_viewing": link.mode == "view",
    }


def _context(
    request: HttpRequest, link: ConsoleLink, visitor: visits.Visitor, key: str
) -> dict[str, Any]:
    vm = link.vm
    kind = "serial" if vm.has_serial and not has_screen(vm) else "vnc"
    kind = "spice" if not has_screen(vm) and has_screen(vm, "spice") else kind
    wanted = request.GET.get("kind", kind)
    kind = wanted if wanted in {"vnc", "spice", "serial"} else kind
    return _room(link, visitor, key) | {
        "kind": kind,
        "mode": link.mode,
        "has_screen": has_screen(vm),
        **kinds_context(vm, kind),
        **keys_context(vm),
        "nonce": str(request.csp_nonce) if kind == "serial" else "",  # type: ignore[attr-defined]
        "words": words(),
        **typing_context(),
    }
