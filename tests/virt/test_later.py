"""What a definition says otherwise than what runs; nothing where libvirt only wrote more down."""

from dataclasses import replace

import pytest

from virt.domains.later import Difference, differences
from virt.facts.domain import DomainInfo
from virt.xml import read

DEFINED = """<domain type='kvm'><name>a</name><uuid>u</uuid><memory>1</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>{cpu}
<devices>
<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/a.qcow2'/>
<target dev='vda' bus='virtio'/></disk>
<disk type='file' device='cdrom'><target dev='sda' bus='sata'/></disk>
<interface type='network'><mac address='52:54:00:00:00:01'/><source network='default'/>
<model type='virtio'/></interface>
<graphics type='vnc' port='-1' autoport='yes'/>
<video><model type='virtio' heads='1'/></video>
{more}</devices></domain>"""


def info(cpu: str = "", more: str = "", **swaps: str) -> DomainInfo:
    text = DEFINED.format(cpu=cpu, more=more)
    for old, new in swaps.items():
        assert old in text
        text = text.replace(old, new)
    return read.domain(text)


NOW = info()


def changed(old: str, new: str) -> tuple[Difference, ...]:
    return differences(NOW, info(**{old: new}))


def test_what_libvirt_adds_to_what_runs_is_no_difference():
    live = info(
        cpu="<cpu mode='custom' match='exact'><model fallback='forbid'>Skylake</model></cpu>",
        **{"port='-1'": "port='5900' listen='127.0.0.1'",
           "<model type='virtio'/>": "<target dev='vnet0'/><model type='virtio'/>"},
    )  # fmt: skip
    assert differences(live, info(cpu="<cpu mode='host-model'/>")) == ()
    assert differences(live, info()) == ()
    assert differences(replace(NOW, memory=7, vcpus=3, title="x"), NOW) == ()


@pytest.mark.parametrize(
    ("old", "new", "part", "name", "change"),
    [
        ("/a.qcow2", "/b.qcow2", "disk", "vda", "changed"),
        ("dev='vda' bus='virtio'", "dev='vda' bus='sata'", "disk", "vda", "changed"),
        ("<target dev='sda'", "<source file='/i'/><target dev='sda'", "medium", "sda", "changed"),
        ("network='default'", "network='other'", "card", "52:54:00:00:00:01", "changed"),
        ("<model type='virtio'/>", "<model type='e1000'/>", "card", "52:54:00:00:00:01", "changed"),
        ("type='virtio' heads='1'", "type='qxl' heads='2'", "graphics", "", "changed"),
        ("pc-q35-7.2", "pc-q35-8.0", "board", "", "changed"),
        ("<os>", "<os firmware='efi'>", "firmware", "", "changed"),
    ],
)  # fmt: skip
def test_a_part_that_changes_is_named(old, new, part, name, change):
    assert changed(old, new) == (Difference(part, name, change),)


DISK = "<disk type='file' device='disk'><source file='/b'/><target dev='vdb'/></disk>"
CARD = "<interface type='user'><mac address='52:54:00:00:00:02'/></interface>"
AGENT = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
FOLDER = "<filesystem type='mount'><source dir='/srv'/><target dir='share'/></filesystem>"


@pytest.mark.parametrize(
    ("more", "part", "name"),
    [
        (DISK, "disk", "vdb"),
        (CARD, "card", "52:54:00:00:00:02"),
        ("<graphics type='spice'/>", "display", "spice"),
        ("<tpm model='tpm-crb'/>", "tpm", ""),
        (AGENT, "agent", ""),
        (FOLDER, "folder", "share"),
    ],
)
def test_what_comes_and_goes_is_named(more, part, name):
    assert differences(NOW, info(more=more)) == (Difference(part, name, "added"),)
    assert differences(info(more=more), NOW) == (Difference(part, name, "removed"),)


def test_another_kind_of_processor_is_told_where_it_is_named():
    now = info(cpu="<cpu mode='custom'><model>Skylake</model></cpu>")
    later = info(cpu="<cpu mode='custom'><model>Nehalem</model></cpu>")
    assert differences(now, later) == (Difference("processor", "", "changed"),)
    assert differences(now, now) == ()
    through = info(cpu="<cpu mode='host-passthrough'/>")
    assert differences(now, through) == (Difference("processor", "", "changed"),)
