"""Does an edit change what it should, keep the rest, and hide secrets in its record?"""

from dataclasses import replace

import pytest

from virt.domains.sizes import Sizes
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
    assert '<topology sockets="2" cores="2" threads="1"/>' in edit.text


@pytest.mark.parametrize(
    ("before", "vcpus", "after"),
    [
        ("sockets='1' cores='2' threads='2'", 8, 'sockets="2" cores="2" threads="2"'),
        ("sockets='2' dies='1' cores='4' threads='1'", 4, 'sockets="1" dies="1" cores="4"'),
        ("sockets='1' cores='4' threads='2'", 6, 'sockets="1" cores="3" threads="2"'),
        ("sockets='1' dies='1' clusters='2' cores='2'", 8, 'sockets="2" dies="1" clusters="2"'),
        ("sockets='1' cores='2' threads='2'", 3, ""),
    ],
)
def test_a_topology_comes_to_the_most_processors(before: str, vcpus: int, after: str) -> None:
    edit = DomainEdit(XML.replace('sockets="1" cores="2" threads="1"', before))
    edit.set_vcpus(1, vcpus)
    assert (after in edit.text) if after else ("topology" not in edit.text)
    info = read.domain(edit.text)
    assert (info.vcpus, info.max_vcpus) == (1, vcpus)


def test_pins_of_processors_that_go_go_with_them_and_the_others_stay() -> None:
    pins = "".join(f'<vcpupin vcpu="{n}" cpuset="{n}"/>' for n in range(4))
    tune = f"<cputune><shares>7</shares>{pins}</cputune><cpu mode"
    edit = DomainEdit(XML.replace("<cpu mode", tune))
    edit.set_vcpus(2)
    assert edit.text.count("<vcpupin") == 2
    assert "<shares>7</shares>" in edit.text
    assert read.domain(edit.text).pinned_cpus == (0, 1)


def test_memory_keeps_its_room_to_grow_and_what_else_is_said_of_it() -> None:
    edit = DomainEdit(XML.replace('<memory unit="GiB">', '<memory dumpCore="off" unit="GiB">'))
    edit.set_memory(2**29, 2**31)
    assert '<memory dumpCore="off" unit="KiB">2097152</memory>' in edit.text
    assert '<currentMemory unit="KiB">524288</currentMemory>' in edit.text
    assert read.domain(edit.text).sizes == Sizes(1, 2, 2**29, 2**31)


@pytest.mark.parametrize(
    ("part", "fixed"),
    [
        ("<memory unit='KiB'>1</memory>", ""),
        ("<maxMemory slots='4' unit='GiB'>8</maxMemory>", "slots"),
        ("<devices><memory model='dimm'/></devices>", "slots"),
        ("<cpu><numa><cell id='0' cpus='0' memory='1'/></numa></cpu>", "numa"),
    ],
)
def test_sizes_that_are_spread_further_are_told(part: str, fixed: str) -> None:
    assert read.domain(f"<domain><name>a</name>{part}</domain>").fixed == fixed


def test_alignment_of_memory_is_no_difference() -> None:
    sizes = Sizes(1, 1, 2**30, 2**30)
    assert sizes.is_like(replace(sizes, memory=2**30 + 2**20))
    assert not sizes.is_like(replace(sizes, memory=2**30 + 2**23))
    assert not sizes.is_like(replace(sizes, max_vcpus=2))


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
