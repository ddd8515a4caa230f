"""Screens in the API: the last picture of a machine."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from accounts.access import Capability
from accounts.api_auth import declares
from vms.access import get_vm

from .pictures import MEDIA_TYPE, as_png
from .watching import latest

router = Router(tags=["consoles"])


@router.get("/vms/{int:vm_id}/screenshot", summary="See the screen")
@declares(Capability.VM_CONSOLE)
def screenshot(
    request: HttpRequest,
    vm_id: int,
    format: Literal["webp", "png"] = "webp",
    screen: Annotated[int, Query(ge=1, le=64)] = 1,
) -> HttpResponse:
    """Return the last picture of a screen, counted from 1; ask again in a moment for a newer one.

    204 while there is none: the first question makes the watcher take it.
    """
    vm = get_vm(request.user, vm_id, Capability.VM_CONSOLE)
    found = latest(vm, is_large=True, head=screen - 1)
    if found is None:
        return HttpResponse(status=204)
    if format == "png":
        return HttpResponse(as_png(found[1]), content_type="image/png")
    return HttpResponse(found[1], content_type=MEDIA_TYPE)
