"""Is the XML of a wish right, and can no text break out of its place?"""

from pathlib import Path

import pytest
from lxml import etree  # type: ignore[attr-defined]

from virt.specs import (
    DiskSpec,
    DomainSpec,
    GraphicsSpec,
    NetworkSpec,
    NicSpec,
    PoolSpec,
    VolumeSpec,
)
from virt.xml import build, build_storage, read
from virt.xml.build_devices import free_target, letters

DATA = Path(__file__).parent / "data"
UUID = "11111111-2222-4333-8444-555555555555"
GOLDEN = {
    "bios": DomainSpec(
        name="web1",
        uuid=UUID,
        vcpus=2,
        memory=2 * 2**30,
        disks=(DiskSpec(path="/pool/web1.qcow2"), DiskSpec(device="cdrom", format="raw")),
        nics=(NicSpec(network="default", mac="52:54:00:00:00:01"),),
        title="Shop",
        os_id="http://debian.org/debian/12",
        metadata=(("machine", "7"),),
    ),
    "uefi-secure": DomainSpec(
        name="win",
        uuid=UUID,
        vcpus=4,
        max_vcpus=8,
        memory=4 * 2**30,
        firmware="uefi-secure",
        tpm=True,
        disks=(DiskSpec(pool="fast", volume="win.raw", format="raw", bus="scsi", backing=True),),
        nics=(NicSpec(bridge="br0", model="e1000e", link_up=False),),
        graphics=GraphicsSpec(listen="socket"),
        boot_order=("network", "disk"),
        cpu_disabled_features=("arch-capabilities",),
    ),
    "emulated": DomainSpec(
        name="small",
        uuid=UUID,
        vcpus=1,
        memory=128 * 2**20,
        virt_type="qemu",
        firmware="uefi",
        graphics=None,
        rng=False,
        agent=False,
    ),
    "test-driver": DomainSpec(
        name="demo",
        uuid=UUID,
        vcpus=1,
        memory=2**30,
        virt_type="test",
        disks=(DiskSpec(path="/d"),),
    ),
}
HOSTILE = (
    "</name><devices><disk/></devices><name>",
    "<!--",
    "]]>",
    "<![CDATA[",
    "&amp;&lt;&evil;",
    '" onload="x',
    "'><x y='",
    "<?xml version='1.0'?>",
    "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>",
    "a\nb\r\tc",
    "nul\0 bell\x07 esc\x1b",
    "lone \ud800 surrogate",
    "\u202egnp.exe",
    "{{7*7}} ${x} $(id) `id`",
    "-rf",
    "😀" * 50,
)


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_domain_is_built_as_recorded(name: str) -> None:
    assert build.domain(GOLDEN[name]) == (DATA / f"{name}.xml").read_text()


def shape(xml: str) -> list[str]:
    """Return the elements and their attributes, without any value."""
    root = etree.fromstring(xml)
    return [f"{item.tag} {sorted(item.attrib)}" for item in root.iter()]


def spec_with(text: str) -> DomainSpec:
    """Return a wish that holds the text in every place."""
    return DomainSpec(
        name=text,
        uuid=text,
        vcpus=1,
        memory=2**30,
        title=text,
        description=text,
        os_id=text,
        metadata=((text, text),),
        cpu_model=text,
        cpu_disabled_features=(text,),
        disks=(DiskSpec(pool=text, volume=text, serial=text), DiskSpec(path=text, target=text)),
        nics=(NicSpec(network=text, mac=text, model=text),),
        graphics=GraphicsSpec(listen="address", address=text, password=text),
        kernel=text,
        cmdline=text,
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_adds_an_element_to_a_domain(text: str) -> None:
    assert shape(build.domain(spec_with(text))) == shape(build.domain(spec_with("plain")))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_adds_an_element_to_storage_or_networks(text: str) -> None:
    def built(word: str) -> list[list[str]]:
        return [
            shape(build_storage.volume(VolumeSpec(word, 1, "raw", 0, word, "raw"))),
            shape(build_storage.pool(PoolSpec(word, "netfs", word, word, word, word))),
            shape(build_storage.network(NetworkSpec(word, "nat", "10.0.0.0/24", True, word, word))),
        ]

    assert built(text) == built("plain")


def test_what_is_built_reads_back() -> None:
    info = read.domain(build.domain(GOLDEN["uefi-secure"]))
    assert (info.name, info.uuid, info.firmware, info.has_tpm) == ("win", UUID, "uefi-secure", True)
    assert (info.vcpus, info.max_vcpus, info.memory) == (4, 8, 4 * 2**30)
    assert (info.disks[0].pool, info.disks[0].volume, info.disks[0].target) == (
        "fast", "win.raw", "sda",
    )  # fmt: skip
    assert (info.nics[0].kind, info.nics[0].source, info.nics[0].link_up) == (
        "bridge",
        "br0",
        False,
    )
    assert info.graphics[0].listen == "socket"


@pytest.mark.parametrize(
    "wrong",
    [
        DomainSpec("a", UUID, 1, 1, firmware="coreboot"),
        DomainSpec("a", UUID, 1, 1, nics=(NicSpec(),)),
        DomainSpec("a", UUID, 1, 1, nics=(NicSpec(network="a", bridge="b"),)),
        DomainSpec("a", UUID, 1, 1, graphics=GraphicsSpec(listen="everywhere")),
    ],
)
def test_contradictions_are_refused(wrong: DomainSpec) -> None:
    with pytest.raises(ValueError):
        build.domain(wrong)


@pytest.mark.parametrize(
    "wrong", [VolumeSpec("a", 1, "vmdk"), VolumeSpec("a", 1, "qcow2", 0, "/b", "")]
)
def test_volumes_name_their_formats(wrong: VolumeSpec) -> None:
    with pytest.raises(ValueError):
        build_storage.volume(wrong)


@pytest.mark.parametrize("cidr", ["10.0.0.1/24", "10.0.0.0/30", "x"])
def test_networks_need_a_proper_range(cidr: str) -> None:
    with pytest.raises(ValueError):
        build_storage.network(NetworkSpec("n", cidr=cidr))


def test_device_names_go_on_after_z() -> None:
    assert [letters(index) for index in (0, 25, 26, 701, 702)] == ["a", "z", "aa", "zz", "aaa"]
    assert free_target("virtio", {"vda", "vdc"}) == "vdb"


@pytest.mark.parametrize(
    ("displays", "clipboard", "kinds"),
    [
        ({"second": GraphicsSpec(kind="spice")}, "spice", ["vnc", "spice"]),
        ({"graphics": GraphicsSpec(kind="spice", listen="socket")}, "", ["spice"]),
        ({}, "vnc", ["vnc"]),
    ],
)
def test_displays_and_clipboard_are_read_as_they_were_built(displays, clipboard, kinds) -> None:
    spec = DomainSpec("web1", UUID, 1, 2**30, clipboard=clipboard, **displays)
    info = read.domain(build.domain(spec))
    assert [display.kind for display in info.graphics] == kinds
    assert (info.clipboard, info.clipboard_connected) == (clipboard, False)
    connected = build.domain(spec).replace(
        'name="com.redhat.spice.0"', 'name="com.redhat.spice.0" state="connected"'
    )
    assert read.domain(connected).clipboard_connected is bool(clipboard)
