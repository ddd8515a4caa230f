"""Screens in the API: the last picture of a machine, and what a machine shows."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import override
from ninja import Field, Query, Router, Schema

from accounts.access import Capability
from accounts.api_auth import declares
from vms.access import get_vm

from .health import basis_of
from .models import Screen
from .pictures import MEDIA_TYPE, as_png
from .wall import sights
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


class ShownOut(Schema):
    """What a machine shows; `shows` is "" where that is not sure, or it does not run."""

    shows: str = Field(description="a key such as panic, stop_error, stop_look, login or blank")
    since: datetime | None
    source: Literal["", "screen", "serial"] = Field(description="where it was seen or heard")
    basis: str = Field(description="how that is known, in English")


@router.get("/vms/{int:vm_id}/shows", response=ShownOut, summary="Read what it shows")
@declares(Capability.VM_VIEW)
def shows(request: HttpRequest, vm_id: int) -> dict[str, Any]:
    """Return what the machine's screen or text console says of it, as its tag on the wall does."""
    vm = get_vm(request.user, vm_id, Capability.VM_VIEW)
    vm.screen = Screen.objects.filter(vm=vm).first()
    sight = sights([vm])[vm.pk]
    if not sight.health:
        return {"shows": "", "since": None, "source": "", "basis": ""}
    with override("en"):
        basis = str(basis_of(sight.health, sight.source))
    return {"shows": sight.health, "since": sight.since, "source": sight.source, "basis": basis}
