"""What can be done with a host's virtual networks."""

from typing import Any

import libvirt

from virt import inventory
from virt.connection import Hypervisor
from virt.errors import AlreadyExists, NotFound, WrongState, translate
from virt.specs import NetworkSpec
from virt.storage import check_name
from virt.types import NetworkInfo
from virt.xml import build_storage


def list_networks(hypervisor: Hypervisor) -> list[NetworkInfo]:
    """Read the networks; empty when the host has no network driver."""
    return hypervisor.networks()


def _network(hypervisor: Hypervisor, name: str) -> Any:
    return hypervisor.raw.networkLookupByName(name)


def _is_taken(hypervisor: Hypervisor, name: str) -> bool:
    try:
        _network(hypervisor, name)
    except libvirt.libvirtError as error:
        if isinstance(translate(error), NotFound):
            return False
        raise
    return True


def create(hypervisor: Hypervisor, spec: NetworkSpec) -> NetworkInfo:
    """Define, start and autostart a network.

    AlreadyExists when the name is taken; on failure nothing stays behind.
    """
    check_name(spec.name)
    xml = build_storage.network(spec)
    with hypervisor.calling():
        if _is_taken(hypervisor, spec.name):
            raise AlreadyExists
        network = hypervisor.raw.networkDefineXML(xml)
        try:
            network.create()
            network.setAutostart(1)
        except libvirt.libvirtError:
            network.undefine()
            raise
        return inventory.network_info(network)


def start(hypervisor: Hypervisor, name: str) -> None:
    """Start a network; WrongState when it is active."""
    with hypervisor.calling():
        network = _network(hypervisor, name)
        if network.isActive():
            raise WrongState("The network is active already.")
        network.create()


def stop(hypervisor: Hypervisor, name: str) -> None:
    """Stop a network; guests on it lose their link."""
    with hypervisor.calling():
        _network(hypervisor, name).destroy()


def remove(hypervisor: Hypervisor, name: str) -> None:
    """Stop and forget a network."""
    with hypervisor.calling():
        network = _network(hypervisor, name)
        if network.isActive():
            network.destroy()
        if network.isPersistent():
            network.undefine()


def set_autostart(hypervisor: Hypervisor, name: str, wanted: bool) -> None:
    """Say whether it starts with the host."""
    with hypervisor.calling():
        _network(hypervisor, name).setAutostart(1 if wanted else 0)
