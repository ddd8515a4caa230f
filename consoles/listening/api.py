"""Listening to text consoles, in the API."""

from datetime import datetime
from typing import Any, Literal

from ninja import Field, Router, Schema

from accounts.access import Capability
from accounts.api_auth import declares
from accounts.requests import SignedInRequest
from vms.access import get_vm
from vms.models import VM

from .choice import set_listening
from .shown import shown_of

router = Router(tags=["consoles"])


class ListeningOut(Schema):
    """Whether it is wished, and what became of that.

    "waiting": for the machine to run. "taken": another program has the console. "silent": no
    gateway says anything.
    """

    on: bool
    state: Literal["off", "open", "waiting", "taken", "away", "refused", "full", "silent"]
    since: datetime | None = Field(description="when it was opened, where it is open")


class ListeningIn(Schema):
    """Whether Guesthouse is to listen while the machine runs."""

    on: bool


@router.get(
    "/vms/{int:vm_id}/console/listening", response=ListeningOut, summary="Read the listening"
)
@declares(Capability.VM_VIEW)
def read(request: SignedInRequest, vm_id: int) -> dict[str, Any]:
    """Return whether Guesthouse listens to the machine's text console."""
    return _told(get_vm(request.user, vm_id, Capability.VM_VIEW))


@router.put(
    "/vms/{int:vm_id}/console/listening",
    response=ListeningOut,
    summary="Listen to the text console",
)
@declares(Capability.VM_EDIT)
def change(request: SignedInRequest, vm_id: int, data: ListeningIn) -> dict[str, Any]:
    """Listen to the text console while the machine runs, or no more.

    While Guesthouse listens, other programs get the console only with force.
    """
    vm = get_vm(request.user, vm_id, Capability.VM_EDIT)
    set_listening(vm, request.user, data.on)
    return _told(vm)


def _told(vm: VM) -> dict[str, Any]:
    shown = shown_of(vm)
    return {"on": shown.is_on, "state": shown.state, "since": shown.since}
