"""What may stand in a definition that is given to a host."""

from typing import Any

import pytest

from virt.specs import DiskSpec, DomainSpec, GraphicsSpec, NicSpec
from virt.xml import build
from vms.making.policy import PolicyRefused, check_definition

FOLDERS = {"/var/lib/libvirt/images"}
NETWORKS = {"default"}
UUID = "5f0c6a52-6f0d-4dd4-8a3a-2f7e2a6d3f11"
DISK = "/var/lib/libvirt/images/guesthouse-1.raw"


def xml(**wishes: Any) -> str:
    """Build the definition of a machine."""
    defaults: dict[str, Any] = {
        "disks": (DiskSpec(path=DISK, format="raw"),),
        "nics": (NicSpec(network="default"),),
        "tpm": True,
        "os_id": "http://debian.org/debian/12",
    }
    return build.domain(DomainSpec("web01", UUID, 1, 1 << 28, **defaults | wishes))


@pytest.mark.parametrize(
    "wishes",
    [
        {},
        {"firmware": "uefi"},
        {"firmware": "uefi-secure"},
        {"virt_type": "qemu"},
        {"graphics": GraphicsSpec(listen="address", address="10.0.0.1", password="secret12")},
        {"nics": ()},
        {"second": GraphicsSpec(kind="spice"), "clipboard": "spice"},
        {"clipboard": "vnc"},
        {"disks": (DiskSpec(path=DISK), DiskSpec(device="cdrom"))},
    ],
)
def test_what_we_build_is_allowed(wishes: dict[str, Any]) -> None:
    check_definition(xml(**wishes), folders=FOLDERS, networks=NETWORKS)


@pytest.mark.parametrize(
    "wishes",
    [
        {"disks": (DiskSpec(path="/etc/shadow", format="raw"),)},
        {"disks": (DiskSpec(path="/var/lib/libvirt/images/../../../etc/shadow", format="raw"),)},
        {"disks": (DiskSpec(path="/var/lib/libvirt/images/deep/er.raw", format="raw"),)},
        {"disks": (DiskSpec(path="/dev/sda", format="raw"),)},
        {"nics": (NicSpec(bridge="br0"),)},
        {"nics": (NicSpec(network="management"),)},
        {"kernel": "/boot/vmlinuz", "cmdline": "init=/bin/sh"},
    ],
)
def test_what_reaches_the_host_is_refused(wishes: dict[str, Any]) -> None:
    with pytest.raises(PolicyRefused):
        check_definition(xml(**wishes), folders=FOLDERS, networks=NETWORKS)


QEMU = 'xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0"'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "</domain>",
            f"<qemu:commandline {QEMU}><qemu:arg value='-S'/></qemu:commandline></domain>",
        ),
        ("</devices>", "<hostdev mode='subsystem' type='pci'/></devices>"),
        ("</devices>", "<filesystem type='mount'><source dir='/'/></filesystem></devices>"),
        ("</devices>", "<emulator>/tmp/evil</emulator></devices>"),
        ("</devices>", "<shmem name='x'/></devices>"),
        ("</devices>", "<redirdev bus='usb' type='tcp'/></devices>"),
        ("</devices>", "<serial type='file'><source path='/etc/passwd'/></serial></devices>"),
        ("</devices>", "<channel type='unix'><source path='/run/x'/></channel></devices>"),
        ("</devices>", "<serial type='pty'><log file='/etc/passwd'/></serial></devices>"),
        ("</devices>", "<rng model='virtio'><backend model='egd' type='tcp'/></rng></devices>"),
        ("</devices>", "<tpm><backend type='passthrough'/></tpm></devices>"),
        ("</devices>", "<audio id='1' type='file' path='/etc/x'/></devices>"),
        ("<devices>", "<seclabel type='none'/><devices>"),
        ("</os>", "<loader>/tmp/evil</loader></os>"),
        ("</os>", "<nvram>/etc/shadow</nvram></os>"),
        ('type="raw"', ""),
        ('type="kvm"', 'type="lxc"'),
        ("<backingStore/>", "<backingStore type='file'><source file='/etc/x'/></backingStore>"),
    ],
)
def test_smuggled_parts_are_refused(old: str, new: str) -> None:
    plain = xml().replace("'", '"')
    assert old in plain
    with pytest.raises(PolicyRefused):
        check_definition(plain.replace(old, new, 1), folders=FOLDERS, networks=NETWORKS)
