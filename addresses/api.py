"""Addresses in the API: the same rights and services as the pages."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Query, Router, Schema

from accounts.access import Capability
from accounts.api_auth import declares
from accounts.api_paging import Page, Paging, page_of
from accounts.requests import SignedInRequest
from jobs.api import Accepted, accepted, key_of
from vms.access import get_vm

from .access import addresses_of, get_address, get_seen_network
from .models import Address
from .services.asking import request_address, request_release
from .shown import Row, rows_of

router = Router(tags=["addresses"])


class NetworkAddressOut(Schema):
    """An address that a network has lent or keeps."""

    address: str
    mac: str
    machine_id: int | None
    machine: str | None = Field(description="null where it is none, or one that you may not see")
    hostname: str = Field(description="what the guest calls itself")
    is_reserved: bool
    is_lent: bool
    expires_at: datetime | None = Field(description="when the lease ends; null without one")

    @staticmethod
    def resolve_machine_id(row: Row) -> int | None:
        """Return the machine's id."""
        return row.machine.pk if row.machine else None

    @staticmethod
    def resolve_machine(row: Row) -> str | None:
        """Return the machine's name."""
        return row.machine.name if row.machine else None


class AddressOut(Schema):
    """An address that a network keeps for a machine's card."""

    id: int
    address: str
    mac: str
    network_id: int
    network: str
    state: str = Field(description="kept, pending, or unknown after a host went away half-way")
    kept_since: datetime | None

    @staticmethod
    def resolve_network(row: Address) -> str:
        """Return the network's name."""
        return row.network.name


class AddressesOut(Schema):
    """A machine's reserved addresses."""

    items: list[AddressOut]


class AddressIn(Schema):
    """Which card, and which address; left out, the first card and a free address are taken."""

    mac: Annotated[str, Field(max_length=17)] = ""
    address: Annotated[str, Field(max_length=15)] = ""


@router.get(
    "/networks/{int:network_id}/addresses",
    response=Page[NetworkAddressOut],
    summary="List a network's addresses",
)
@declares(Capability.TEAM_VIEW)
def list_of_network(
    request: SignedInRequest, network_id: int, paging: Query[Paging]
) -> dict[str, Any]:
    """Return what a network has lent and keeps; on the site's networks, your machines' alone."""
    network = get_seen_network(request.user, network_id)
    return page_of(rows_of(request.user, network), paging)


@router.get(
    "/vms/{int:vm_id}/addresses", response=AddressesOut, summary="List a machine's addresses"
)
@declares(Capability.VM_VIEW)
def list_of_machine(request: SignedInRequest, vm_id: int) -> dict[str, Any]:
    """Return what is reserved for a machine."""
    return {"items": addresses_of(get_vm(request.user, vm_id, Capability.VM_VIEW))}


@router.post("/vms/{int:vm_id}/addresses", response={202: Accepted}, summary="Reserve an address")
@declares(Capability.VM_EDIT)
def make(request: SignedInRequest, response: HttpResponse, vm_id: int, data: AddressIn) -> Any:
    """Have the network keep an address for a card; a running guest takes it when it next asks."""
    vm = get_vm(request.user, vm_id, Capability.VM_EDIT)
    job = request_address(
        vm, request.user, mac=data.mac, address=data.address, idempotency_key=key_of(request)
    )
    return accepted(response, job)


@router.delete(
    "/vms/{int:vm_id}/addresses/{int:address_id}",
    response={202: Accepted},
    summary="Give an address back",
)
@declares(Capability.VM_EDIT)
def delete(request: SignedInRequest, response: HttpResponse, vm_id: int, address_id: int) -> Any:
    """Have the network let an address go."""
    vm = get_vm(request.user, vm_id, Capability.VM_EDIT)
    row = get_address(vm, address_id)
    row.vm = vm
    return accepted(response, request_release(row, request.user, idempotency_key=key_of(request)))
