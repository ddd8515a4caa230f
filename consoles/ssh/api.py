"""How a machine is reached by SSH, in the API: its port, and which host key is believed."""

from datetime import datetime
from typing import Annotated

from ninja import Field, Router, Schema

from accounts.access import Capability
from accounts.api_auth import declares
from accounts.requests import SignedInRequest
from consoles.ssh import pins
from vms.access import get_vm
from vms.models import VM

router = Router(tags=["consoles"])


class SshAccessOut(Schema):
    """Fingerprints are SHA-256 as OpenSSH shows them, empty where no key is known."""

    port: int
    host_key: str = Field(description="of the key that is believed")
    pinned_at: datetime | None
    offered_key: str = Field(description="of another key that the machine showed last")
    offered_at: datetime | None


class SshPortIn(Schema):
    """Where the machine's SSH server listens."""

    port: Annotated[int, Field(ge=1, le=65535)]


class SshKeyIn(Schema):
    """Which key is believed from now on: the fingerprint of the one that was shown last."""

    fingerprint: Annotated[str, Field(min_length=1, max_length=100)]


@router.get("/vms/{int:vm_id}/console/ssh", response=SshAccessOut, summary="Read the SSH access")
@declares(Capability.VM_CONSOLE)
def read(request: SignedInRequest, vm_id: int) -> SshAccessOut:
    """Return the port, and the fingerprints of the host keys that are known."""
    return _told(get_vm(request.user, vm_id, Capability.VM_CONSOLE))


@router.put(
    "/vms/{int:vm_id}/console/ssh/port", response=SshAccessOut, summary="Set the port of SSH"
)
@declares(Capability.VM_EDIT)
def set_port(request: SignedInRequest, vm_id: int, data: SshPortIn) -> SshAccessOut:
    """Say where the machine's SSH server listens."""
    vm = get_vm(request.user, vm_id, Capability.VM_EDIT)
    pins.set_port(vm, request.user, data.port)
    return _told(vm)


@router.put("/vms/{int:vm_id}/console/ssh/key", response=SshAccessOut, summary="Accept a host key")
@declares(Capability.VM_EDIT)
def accept_key(request: SignedInRequest, vm_id: int, data: SshKeyIn) -> SshAccessOut:
    """Believe the key that the machine showed last. 409 (`key-changed`) if that is another one."""
    vm = get_vm(request.user, vm_id, Capability.VM_EDIT)
    pins.accept(vm, request.user, data.fingerprint)
    return _told(vm)


def _told(vm: VM) -> SshAccessOut:
    row = pins.access_of(vm)
    return SshAccessOut(
        port=row.port,
        host_key=pins.fingerprint(row.pinned),
        pinned_at=row.pinned_at,
        offered_key=pins.fingerprint(row.offered),
        offered_at=row.offered_at,
    )
