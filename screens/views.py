"""The wall, and the pictures on it and on other pages."""

from django.http import HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Capability, requires
from accounts.requests import SignedInRequest
from vms.access import get_vm

from .pictures import MEDIA_TYPE
from .wall import SIZES, Wall
from .watching import Wish, answer, latest


@requires(Capability.VM_CONSOLE)
@require_GET
def picture(request: SignedInRequest, pk: int) -> HttpResponse:
    """Return a machine's last picture; nothing (204) where there is none."""
    vm = get_vm(request.user, pk, Capability.VM_CONSOLE)
    is_large = request.GET.get("size") == "large"
    head = request.GET.get("screen", "0")
    found = latest(vm, is_large=is_large, head=int(head) if head.isdecimal() else 0)
    if found is None:
        return HttpResponse(status=204)
    version, data = found
    tag = f'"{version}-{"l" if is_large else "s"}"'
    response: HttpResponse
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(data, content_type=MEDIA_TYPE)
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@requires(Capability.VM_CONSOLE)
@require_POST
@never_cache
def look(request: SignedInRequest) -> HttpResponse:
    """Take note of what a page shows, and return what it does not have yet."""
    return JsonResponse({"screens": answer(request.user, Wish.read(request.POST))})


@requires(Capability.VM_CONSOLE)
@require_GET
def wall(request: SignedInRequest) -> HttpResponse:
    """Show the screens of all running machines; `part=tiles` is the next page of them."""
    context = {"wall": Wall(request.user, request.GET), "size": _size(request)}
    is_part = request.GET.get("part") == "tiles" and bool(request.htmx)
    return render(request, "screens/_tiles.html" if is_part else "screens/wall.html", context)


def _size(request: SignedInRequest) -> str:
    """Return how large the tiles are in this browser."""
    chosen = request.COOKIES.get("gh_wall", "")
    return chosen if chosen in SIZES else "m"
