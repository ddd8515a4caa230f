"""What can be done with a host's virtual networks."""

from collections.abc import Iterator
from typing import Any

import libvirt

from virt.connection import Hypervisor
from virt.errors import AlreadyExists, InvalidDefinition, NotFound, WrongState, translate
from virt.facts.network import FixedAddress, LeaseInfo, NetworkInfo
from virt.hosts import inventory
from virt.hosts.storage import check_name
from virt.specs import NetworkSpec
from virt.xml import build_storage, read_storage


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


def get_network(hypervisor: Hypervisor, name: str) -> NetworkInfo:
    """Read one network. Raises NotFound."""
    with hypervisor.calling():
        return inventory.network_info(_network(hypervisor, name))


def leases(hypervisor: Hypervisor, name: str) -> tuple[LeaseInfo, ...]:
    """Return which addresses a network has lent now; none while it is not active."""
    with hypervisor.calling():
        network = _network(hypervisor, name)
        return inventory.leases_of(network) if network.isActive() else ()


def keep_address(hypervisor: Hypervisor, name: str, mac: str, address: str) -> None:
    """Have the network give `address` to the card `mac` alone, now and after its next start.

    What is so already is left alone; another address of the same card is replaced.
    """
    wanted = FixedAddress(mac.lower(), address)
    with hypervisor.calling():
        network = _network(hypervisor, name)
        for flag, there in _kept(network):
            others = [one for one in there if one.mac == wanted.mac and one != wanted]
            for one in others:
                _update_host(network, libvirt.VIR_NETWORK_UPDATE_COMMAND_DELETE, one, flag)
            if wanted not in there:
                _update_host(network, libvirt.VIR_NETWORK_UPDATE_COMMAND_ADD_LAST, wanted, flag)


def release_address(hypervisor: Hypervisor, name: str, mac: str, address: str) -> None:
    """Let the network give `address` to anybody again; nothing happens where it does already."""
    wanted = FixedAddress(mac.lower(), address)
    with hypervisor.calling():
        network = _network(hypervisor, name)
        for flag, there in _kept(network):
            if wanted in there:
                _update_host(network, libvirt.VIR_NETWORK_UPDATE_COMMAND_DELETE, wanted, flag)


def _kept(network: Any) -> Iterator[tuple[int, tuple[FixedAddress, ...]]]:
    """Yield what is kept in the running network, and what in its definition."""
    if network.isActive():
        said = read_storage.network(network.XMLDesc(0))
        yield libvirt.VIR_NETWORK_UPDATE_AFFECT_LIVE, said.fixed
    if network.isPersistent():
        said = read_storage.network(_definition(network))
        yield libvirt.VIR_NETWORK_UPDATE_AFFECT_CONFIG, said.fixed


def _definition(network: Any) -> str:
    """Return what the network is at its next start; the test driver knows nothing but now."""
    try:
        return str(network.XMLDesc(libvirt.VIR_NETWORK_XML_INACTIVE))
    except libvirt.libvirtError as error:
        if isinstance(translate(error), InvalidDefinition):
            return str(network.XMLDesc(0))
        raise


def _update_host(network: Any, command: int, one: FixedAddress, flag: int) -> None:
    xml = build_storage.dhcp_host(one.mac, one.address)
    network.update(command, libvirt.VIR_NETWORK_SECTION_IP_DHCP_HOST, -1, xml, flag)
