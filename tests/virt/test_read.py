"""Is every domain readable, the odd ones too?"""

import pytest

from virt.domains.graphics import displays
from virt.errors import InvalidDefinition
from virt.units import to_bytes, to_kib
from virt.xml import read, read_host, read_storage
from virt.xml.document import MAX_BYTES, parse

LIVE = """<domain type='kvm' id='3'><name>a</name><uuid>u</uuid>
<memory unit='GiB'>2</memory><currentMemory unit='KB'>1000</currentMemory><vcpu current='1'>4</vcpu>
<os firmware='efi'><type arch='x86_64' machine='pc-q35-7.2'>hvm</type>
<loader secure='yes' type='pflash'>/x</loader></os>
<devices>
<disk type='network' device='disk'><driver type='raw'/><source protocol='rbd' name='pool/img'/>
<target dev='vda' bus='virtio'/></disk>
<disk type='file' device='cdrom'><target dev='sda' bus='sata'/></disk>
<disk type='block' device='lun'><source dev='/dev/sdb'/><target dev='sdb' bus='scsi'/></disk>
<disk type='nvme'><source namespace='1'/></disk>
<interface type='direct'><mac address='52:54:00:AA:BB:CC'/>
<source dev='eth0' mode='bridge'/></interface>
<interface type='user'/><interface type='vdpa'><source dev='/dev/vhost-vdpa-0'/></interface>
<channel type='unix'>
<target type='virtio' name='org.qemu.guest_agent.0' state='connected'/></channel>
<graphics type='vnc' port='5901' autoport='yes' listen='0.0.0.0' passwd='s3cret'/>
<graphics type='spice' port='-1' tlsPort='5902'>
<listen type='network' address='10.0.0.1'/></graphics>
<graphics type='vnc'><listen type='socket' socket='/run/x.sock'/></graphics>
<graphics type='egl-headless'/>
<hologram depth='very'/></devices></domain>"""
FOREIGN = (
    "",
    "not xml",
    "<domain/>",
    "<domain type='xen'><name/><vcpu>many</vcpu><memory unit='parsec'>x</memory></domain>",
    "<domain type='lxc'><os><type>exe</type></os><devices><filesystem/></devices></domain>",
    "<domain><devices><disk/><interface/><graphics/><channel/><tpm/></devices></domain>",
    "<network><name>n</name></network>",
    "<domain><name>a</name><memory>99999999999999999999999999</memory></domain>",
)


def test_a_rich_domain_is_understood() -> None:
    info = read.domain(LIVE)
    assert (info.id, info.vcpus, info.max_vcpus) == (3, 1, 4)
    assert (info.memory, info.max_memory) == (1_000_000, 2 * 2**30)
    assert (info.firmware, info.machine, info.agent_connected) == (
        "uefi-secure",
        "pc-q35-7.2",
        True,
    )
    assert [(disk.source_kind, disk.source, disk.device) for disk in info.disks] == [
        ("network", "pool/img", "disk"),
        ("file", "", "cdrom"),
        ("block", "/dev/sdb", "lun"),
        ("nvme", "", "disk"),
    ]
    assert [(nic.kind, nic.source) for nic in info.nics] == [
        ("direct", "eth0"),
        ("user", ""),
        ("vdpa", "/dev/vhost-vdpa-0"),
    ]
    assert info.nics[0].mac == "52:54:00:aa:bb:cc"


def test_displays_of_old_and_new_style_are_told_apart() -> None:
    assert [(d.kind, d.listen, d.address, d.port, d.socket) for d in displays(LIVE)] == [
        ("vnc", "address", "0.0.0.0", 5901, ""),
        ("spice", "address", "10.0.0.1", None, ""),
        ("vnc", "socket", "", None, "/run/x.sock"),
        ("egl-headless", "none", "", None, ""),
    ]
    assert displays(LIVE)[0].password == "s3cret"
    assert "s3cret" not in repr(displays(LIVE)[0])


@pytest.mark.parametrize("xml", FOREIGN)
def test_odd_documents_are_read_without_an_error(xml: str) -> None:
    read.domain(xml)
    read_host.capabilities(xml)
    read_host.domain_capabilities(xml)
    read_host.device(xml)
    read_storage.pool(xml)
    read_storage.volume(xml)
    read_storage.network(xml)


@pytest.mark.parametrize(
    "xml",
    [
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>",
        "<!DOCTYPE a [<!ENTITY b 'xxxxxxxx'><!ENTITY c '&b;&b;&b;&b;'>]><a>&c;</a>",
        "<a>" + "x" * MAX_BYTES + "</a>",
        "<a" * 100,
    ],
)
def test_hostile_documents_are_refused(xml: str) -> None:
    with pytest.raises(InvalidDefinition):
        parse(xml)


def test_networks_show_their_ranges() -> None:
    info = read_storage.network(
        "<network><forward/><ip address='192.168.122.1' netmask='255.255.255.0'><dhcp/></ip>"
        "<ip family='ipv6' address='fd00::1' prefix='64'/><ip address='bogus'/></network>"
    )
    assert (info.mode, info.dhcp, info.cidrs) == ("nat", True, ("192.168.122.0/24", "fd00::/64"))


def test_units_are_libvirts() -> None:
    assert to_bytes("2", None) == 2048
    assert to_bytes("2", "MiB") == to_bytes("2", "M") == 2 * 2**20
    assert to_bytes("2", "MB") == 2_000_000
    assert to_bytes("2", "b") == to_bytes("2", "bytes") == 2
    assert to_bytes("two", "GiB") == 0
    assert to_kib(1025) == 2


@pytest.mark.parametrize(
    ("text", "cpus"),
    [
        ("0-3,^2,8", (0, 1, 3, 8)),
        ("5", (5,)),
        ("", ()),
        (None, ()),
        ("3-1,x,0-99999999,-2", ()),
    ],
)
def test_cpu_sets_are_read_and_odd_ones_left_out(text, cpus):
    assert read.cpu_set(text) == cpus


@pytest.mark.parametrize(
    ("inside", "cpus"),
    [
        ("<vcpu>2</vcpu>", ()),
        ("<vcpu cpuset='4-5'>2</vcpu>", (4, 5)),
        ("<vcpu>2</vcpu><cputune><vcpupin vcpu='0' cpuset='3'/></cputune>", (3,)),
        (
            "<vcpu cpuset='6'>2</vcpu><cputune><vcpupin vcpu='0' cpuset='3'/>"
            "<vcpupin vcpu='7' cpuset='9'/></cputune>",
            (3, 6),
        ),
    ],
)
def test_pinned_guests_say_where(inside, cpus):
    assert read.domain(f"<domain><name>a</name>{inside}</domain>").pinned_cpus == cpus
