"""Recording consoles in the API."""

from typing import Literal

from ninja import Field, Router, Schema, Status

from accounts.access import Capability
from accounts.api_auth import declares
from accounts.requests import SignedInRequest
from vms.access import get_vm

from .asking import begin_recording, end_recording

router = Router(tags=["recordings"])


class RecordIn(Schema):
    """Which console is meant; somebody has to have it open. Of SSH it is one's own session."""

    kind: Literal["vnc", "serial", "ssh"] = "vnc"
    session: int = Field(
        default=0, ge=0, le=2**53, description="of SSH: its number, as the console says first"
    )


class RecordOut(Schema):
    """The recording; `state` is "asked" until something is in it."""

    id: int
    state: str


@router.post(
    "/vms/{int:vm_id}/console/recording", response={202: RecordOut}, summary="Record a console"
)
@declares(Capability.VM_CONSOLE)
def begin(request: SignedInRequest, vm_id: int, data: RecordIn) -> Status[object]:
    """Begin to record an open console; whoever drives may, and who has the right."""
    vm = get_vm(request.user, vm_id, Capability.VM_CONSOLE)
    return Status(202, begin_recording(vm, data.kind, request.user, data.session))


@router.post(
    "/vms/{int:vm_id}/console/recording/stop", response={202: None}, summary="End a recording"
)
@declares(Capability.VM_CONSOLE)
def end(request: SignedInRequest, vm_id: int, data: RecordIn) -> Status[None]:
    """End what is recorded of a console, unless the rules require it."""
    vm = get_vm(request.user, vm_id, Capability.VM_CONSOLE)
    end_recording(vm, data.kind, request.user, data.session)
    return Status(202, None)
