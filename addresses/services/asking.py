"""Ask that a network keeps an address for a machine's card, and that it lets it go."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, require
from accounts.models import User
from addresses.choosing import free_address, why_not
from addresses.models import Address
from catalogue.services import networks_for
from hosts.models import Network
from jobs.models import Job
from jobs.services import asked_before, create_job
from quotas.models import Resource
from quotas.services import Line, preview, reserve
from vms.busy import attach_jobs
from vms.models import VM
from vms.rules import check
from vms.services.refusing import refuse_field
from vms.services.work import work_on

WANTED = {Resource.ADDRESSES: 1}
ANY = ""  # take the first card, or a free address


def quota_lines(vm: VM) -> list[Line]:
    """Return the limits on addresses as they would be with one more."""
    lines = preview(vm.team, vm.owner, WANTED)
    return [line for line in lines if line.resource == Resource.ADDRESSES]


def cards_of(vm: VM) -> list[dict[str, Any]]:
    """Return the machine's cards on virtual networks that have no reserved address yet."""
    kept = set(Address.objects.standing().filter(vm=vm).values_list("mac", flat=True))
    cards = [nic for nic in vm.nics if nic.get("kind") == "network" and nic.get("mac")]
    return [nic for nic in cards if nic["mac"].lower() not in kept]


def request_address(
    vm: VM, by: User, *, mac: str = ANY, address: str = ANY, idempotency_key: str = ""
) -> Job:
    """Make the row of a reserved address and the job that has the network keep it.

    Raises PermissionDenied, QuotaExceeded (422), or ActionRefused: 400 with `fields` for a card or
    an address that cannot be, 422 for a network that is not offered or has no DHCP, 409 where the
    machine is busy.
    """
    require(by, Capability.VM_EDIT, vm)
    with transaction.atomic():
        if again := asked_before(by.pk, idempotency_key):
            return again
        attach_jobs([vm])
        check(vm, "address")
        card = _card(vm, mac.strip().lower())
        reserve(vm.team, vm.owner, WANTED)
        network = _network(vm, card["source"], by)
        row = _row(vm, network, card["mac"].lower(), address.strip())
        job = work_on(vm, "address.keep", by, _params(row), idempotency_key=idempotency_key)
        Address.objects.filter(pk=row.pk).update(job=job)
    return job


def request_release(row: Address, by: User, *, idempotency_key: str = "") -> Job:
    """Ask that the network lets a machine's address go."""
    assert row.vm is not None
    require(by, Capability.VM_EDIT, row.vm)
    with transaction.atomic():
        if again := asked_before(by.pk, idempotency_key):
            return again
        attach_jobs([row.vm])
        check(row.vm, "address")
        return create_job(
            "address.release",
            target_kind="vm",
            target_id=row.vm_id,
            target_name=row.vm.name,
            host_id=row.network.host_id,
            actor=by,
            params=_params(row),
            audiences=row.vm.audiences,
            idempotency_key=idempotency_key,
        )


def _params(row: Address) -> dict[str, Any]:
    network = row.network.name
    return {"address": row.pk, "ip": row.address, "mac": row.mac, "network": network}


def _card(vm: VM, mac: str) -> dict[str, Any]:
    """Return the card that is meant: the first without an address where none is named."""
    cards = cards_of(vm)
    if not mac and cards:
        return cards[0]
    for card in cards:
        if card["mac"].lower() == mac:
            return card
    if Address.objects.standing().filter(vm=vm, mac=mac).exists():
        raise refuse_field("mac", _("This card has a reserved address. Give it back first."))
    if mac:
        raise refuse_field("mac", _("The machine has no such card on a virtual network."))
    text = _("%(name)s has no card on a virtual network without a reserved address.")
    raise ActionRefused(text % {"name": vm.name}, code="no-card", status=422)


def _network(vm: VM, name: str, by: User) -> Network:
    """Return the card's network, held until the row is made. It has to be offered, with DHCP."""
    found = networks_for(by, vm.team, vm.host).filter(name=name).values_list("pk", flat=True)
    if not found:
        text = _("This machine's network is not offered here.")
        raise ActionRefused(text, code="not-offered", status=422)
    network = Network.objects.select_for_update(no_key=True).get(pk=found[0])
    if not network.dhcp or not network.active:
        text = _("The network %(name)s gives out no addresses, so it cannot keep one.")
        raise ActionRefused(text % {"name": name}, code="no-dhcp", status=422)
    return network


def _row(vm: VM, network: Network, mac: str, wanted: str) -> Address:
    Address.objects.given_up().filter(network=network).delete()
    taken = dict(_taken(network))
    chosen = wanted or free_address(network, mac, taken)
    if not chosen:
        text = _("The network %(name)s has no address left.") % {"name": network.name}
        raise ActionRefused(text, code="no-addresses", status=422)
    if reason := why_not(network, mac, chosen, taken):
        raise refuse_field("address", reason)
    return Address.objects.create(network=network, vm=vm, mac=mac, address=chosen)


def _taken(network: Network) -> Iterator[tuple[str, str]]:
    """Yield (address, hardware address) of what guests say they have, and of what is reserved."""
    rows = VM.objects.filter(host=network.host_id).values_list("addresses", flat=True)
    for known in rows:
        for one in known:
            if one.get("address") and one.get("mac"):
                yield one["address"], one["mac"].lower()
    yield from Address.objects.filter(network=network).values_list("address", "mac")
