"""How a machine is reached by RDP, in the API: its port, and which certificate is believed."""

from datetime import datetime
from typing import Annotated

from ninja import Field, Router, Schema

from accounts.access import Capability
from accounts.api_auth import declares
from accounts.requests import SignedInRequest
from consoles.rdp import pins
from vms.access import get_vm
from vms.models import VM

router = Router(tags=["consoles"])


class RdpAccessOut(Schema):
    """Fingerprints are SHA-256 as OpenSSL shows them, empty where no certificate is known."""

    port: int
    certificate: str = Field(description="of the certificate that is believed")
    pinned_at: datetime | None
    offered_certificate: str = Field(description="of another one that the machine showed last")
    offered_at: datetime | None


class RdpPortIn(Schema):
    """Where the machine's RDP server listens."""

    port: Annotated[int, Field(ge=1, le=65535)]


class RdpCertificateIn(Schema):
    """Which certificate is believed from now on: the fingerprint of the one shown last."""

    fingerprint: Annotated[str, Field(min_length=1, max_length=100)]


@router.get("/vms/{int:vm_id}/console/rdp", response=RdpAccessOut, summary="Read the RDP access")
@declares(Capability.VM_CONSOLE)
def read(request: SignedInRequest, vm_id: int) -> RdpAccessOut:
    """Return the port, and the fingerprints of the certificates that are known."""
    return _told(get_vm(request.user, vm_id, Capability.VM_CONSOLE))


@router.put(
    "/vms/{int:vm_id}/console/rdp/port", response=RdpAccessOut, summary="Set the port of RDP"
)
@declares(Capability.VM_EDIT)
def set_port(request: SignedInRequest, vm_id: int, data: RdpPortIn) -> RdpAccessOut:
    """Say where the machine's RDP server listens."""
    vm = get_vm(request.user, vm_id, Capability.VM_EDIT)
    pins.set_port(vm, request.user, data.port)
    return _told(vm)


@router.put(
    "/vms/{int:vm_id}/console/rdp/certificate",
    response=RdpAccessOut,
    summary="Accept a certificate",
)
@declares(Capability.VM_EDIT)
def accept(request: SignedInRequest, vm_id: int, data: RdpCertificateIn) -> RdpAccessOut:
    """Believe the certificate shown last. 409 (`certificate-changed`) if that is another one."""
    vm = get_vm(request.user, vm_id, Capability.VM_EDIT)
    pins.accept(vm, request.user, data.fingerprint)
    return _told(vm)


def _told(vm: VM) -> RdpAccessOut:
    row = pins.access_of(vm)
    return RdpAccessOut(
        port=row.port,
        certificate=pins.fingerprint(row.pinned),
        pinned_at=row.pinned_at,
        offered_certificate=pins.fingerprint(row.offered),
        offered_at=row.offered_at,
    )
