"""Does an edit change what it should, keep the rest, and hide secrets in its record?"""

import pytest

from virt.errors import InvalidDefinition, NotFound
from virt.specs import DiskSpec, GraphicsSpec, NicSpec
from virt.xml import read
from virt.xml.edit import DomainEdit

XML = """<domain type="kvm" xmlns:q="http://libvirt.org/schemas/domain/qemu/1.0">
  <name>a</name>
  <uuid>u</uuid>
  <genid>g</genid>
  <memory unit="GiB">1</memory>
  <vcpu current="1">2</vcpu>
  <os><type>hvm</type><nvram>/x_VARS.fd</nvram><boot dev="hd"/></os>
  <cpu mode="host-model"><topology sockets="1" cores="2" threads="1"/></cpu>
  <devices>
    <disk type="file" device="disk"><source file="/d"/><target dev="vda" bus="virtio"/></disk>
    <disk type="file" device="cdrom"><target dev="sda" bus="sata"/></disk>
    <interface type="network"><mac address="52:54:00:00:00:01"/><source network="n"/></interface>
    <graphics type="vnc" passwd="s3cret"><listen type="address"/></graphics>
    <hologram depth="very"/>
  </devices>
  <q:commandline><q:arg value="-x"/></q:commandline>
</domain>"""


def test_the_unknown_is_kept() -> None:
    edit = DomainEdit(XML)
    edit.set_vcpus(4)
    edit.set_memory(2**30)
    assert '<hologram depth="very"/>' in edit.text
    assert '<q:arg value="-x"/>' in edit.text
    info = read.domain(edit.text)
    assert (info.vcpus, info.max_vcpus, info.memory) == (4, 4, 2**30)
    assert "topology" not in edit.text


def test_the_record_shows_the_change_and_no_secret() -> None:
    edit = DomainEdit(XML)
    edit.set_title("New <title>")
    assert edit.diff() == ["+  <title>New &lt;title&gt;</title>"]
    edit.set_graphics(GraphicsSpec(listen="address", password="other"))
    assert "s3cret" not in "".join(edit.diff())
    assert "other" not in "".join(edit.diff())
    assert 'passwd="other"' in edit.text


def test_disks_and_cards_come_and_go() -> None:
    edit = DomainEdit(XML)
    assert edit.add_disk(DiskSpec(path="/e")) == "vdb"
    edit.add_nic(NicSpec(network="m"))
    assert "/d" in edit.remove_disk("vda")
    edit.remove_nic("52:54:00:00:00:01")
    info = read.domain(edit.text)
    assert [disk.target for disk in info.disks] == ["sda", "vdb"]
    assert [nic.source for nic in info.nics] == ["m"]
    with pytest.raises(NotFound):
        edit.remove_disk("vda")
    with pytest.raises(NotFound):
        edit.remove_nic("52:54:00:00:00:01")


def test_a_medium_is_changed() -> None:
    edit = DomainEdit(XML)
    assert "/m.iso" in edit.set_medium("sda", "/m.iso")
    assert read.domain(edit.text).disks[1].source == "/m.iso"
    edit.set_medium("sda", "")
    assert read.domain(edit.text).disks[1].source == ""


def test_the_boot_order_moves_to_the_devices() -> None:
    edit = DomainEdit(XML)
    edit.set_boot_order(("network", "cdrom", "disk"))
    assert edit.root.find("os/boot") is None
    places = [item.find("boot").get("order") for item in edit.root.findall("devices/disk")]
    assert places == ["3", "2"]
    assert edit.root.find("devices/interface/boot").get("order") == "1"


def test_a_copy_shares_nothing_that_must_be_its_own() -> None:
    edit = DomainEdit(XML)
    edit.as_copy("b", "v")
    info = read.domain(edit.text)
    assert (info.name, info.uuid, info.nics[0].mac) == ("b", "v", "")
    assert "VARS" not in edit.text


def test_only_domains_are_edited() -> None:
    with pytest.raises(InvalidDefinition):
        DomainEdit("<network/>")
