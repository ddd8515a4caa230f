"""Write a simulated host as a file that libvirt's test driver opens."""

from pathlib import Path

from lxml import etree  # type: ignore[attr-defined]

from .fleet import DemoHost, DemoMachine

TEST = "http://libvirt.org/schemas/domain/test/1.0"


def write(host: DemoHost, path: Path) -> None:
    """Write `host` with its machines, networks and pools to `path`."""
    node = etree.Element("node")
    cpu = _add(node, "cpu")
    cores = host.threads // 4
    for tag, value in (
        ("mhz", "2600"),
        ("model", "x86_64"),
        ("active", str(host.threads)),
        ("nodes", "2"),
        ("sockets", "1"),
        ("cores", str(cores)),
        ("threads", "2"),
    ):
        _add(cpu, tag, value)
    _add(node, "memory", str(host.memory // 1024))
    for machine in host.machines:
        node.append(_domain(machine))
    for name, prefix in (("prod-front", "10.20.4"), ("lab", "10.20.8")):
        node.append(_network(name, prefix))
    for name, target in (("fast-nvme", "/srv/fast-nvme"), ("images", "/var/lib/libvirt/images")):
        pool = _add(node, "pool", type="dir")
        _add(pool, "name", name)
        _add(_add(pool, "target"), "path", target)
    path.write_bytes(etree.tostring(node, pretty_print=True))


def _domain(machine: DemoMachine) -> etree._Element:
    domain = etree.Element("domain", {"type": "test"}, nsmap={"test": TEST})
    _add(domain, "name", machine.name)
    _add(domain, "uuid", str(machine.uuid))
    _add(domain, "memory", str(machine.memory // 1024))
    _add(domain, "vcpu", str(machine.vcpus))
    _add(_add(domain, "os"), "type", "hvm", arch="x86_64", machine="q35")
    devices = _add(domain, "devices")
    disk = _add(devices, "disk", type="volume", device="disk")
    _add(disk, "driver", name="qemu", type="qcow2")
    _add(disk, "source", pool="fast-nvme", volume=f"{machine.name}.qcow2")
    _add(disk, "target", dev="vda", bus="virtio")
    nic = _add(devices, "interface", type="network")
    _add(nic, "mac", address=machine.mac)
    _add(nic, "source", network="prod-front")
    _add(nic, "model", type="virtio")
    _add(domain, f"{{{TEST}}}runstate", str(machine.run_state))
    if machine.has_managed_save:
        _add(domain, f"{{{TEST}}}hasmanagedsave", "1")
    return domain


def _network(name: str, prefix: str) -> etree._Element:
    network = etree.Element("network")
    _add(network, "name", name)
    _add(network, "forward", mode="nat")
    _add(network, "bridge", name=f"br-{name}")
    ip = _add(network, "ip", address=f"{prefix}.1", netmask="255.255.252.0")
    _add(_add(ip, "dhcp"), "range", start=f"{prefix}.2", end=f"{prefix}.254")
    return network


def _add(parent: etree._Element, tag: str, text: str = "", **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, tag, attributes)
    if text:
        child.text = text
    return child
