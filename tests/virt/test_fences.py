"""What stands between a guest and its host is read from its definition."""

from virt.domains.fences import DiskFence, DisplayLock, Fences, Folder, Label
from virt.xml import read, read_fences, read_host

OPEN = """
<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <uuid>11111111-1111-1111-1111-111111111111</uuid><name>open</name>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='raw' cache='unsafe'/>
      <source file='/a'/><target dev='vda'/><shareable/></disk>
    <disk type='file'><driver name='qemu'/><source file='/b'/><target dev='vdb'/></disk>
    <graphics type='vnc' port='5900' listen='0.0.0.0'/>
    <graphics type='vnc' port='5901' passwd='*****'/>
    <graphics type='spice' port='-1' tlsPort='5902'/>
    <graphics type='spice' port='5903' defaultMode='secure'><channel name='main' mode='insecure'/>
    </graphics>
    <hostdev mode='subsystem' type='pci'><source>
      <address domain='0x0000' bus='0x3b' slot='0x00' function='0x1'/></source></hostdev>
    <hostdev mode='subsystem' type='usb'><source>
      <vendor id='0x046d'/><product id='0xc52b'/></source></hostdev>
    <interface type='hostdev'><source>
      <address type='pci' domain='0x0000' bus='0x03' slot='0x10' function='0x0'/></source>
    </interface>
    <filesystem type='mount'><source dir='/srv'/><target dir='share'/></filesystem>
    <filesystem type='mount'><source dir='/iso'/><target dir='iso'/><readonly/></filesystem>
  </devices>
  <seclabel type='none' model='apparmor'/>
  <seclabel type='dynamic' model='dac' relabel='yes'><label>+0:+0</label></seclabel>
  <qemu:commandline><qemu:arg value='-foo'/><qemu:arg value='bar'/></qemu:commandline>
</domain>
"""

HOST = """
<capabilities><host><cpu><arch>x86_64</arch></cpu>
<secmodel><model>apparmor</model><doi>0</doi></secmodel>
<secmodel><model>dac</model><doi>0</doi><baselabel type='kvm'>+64055:+64055</baselabel>
<baselabel type='qemu'>+64055:+64055</baselabel></secmodel></host></capabilities>
"""


def test_everything_that_opens_a_guest_is_read() -> None:
    found = read.domain(OPEN).fences
    assert found == Fences(
        labels=(Label("apparmor", "none"), Label("dac", "dynamic", "+0:+0")),
        displays=(
            DisplayLock(),
            DisplayLock(),
            DisplayLock(has_tls=True),
            DisplayLock(),
        ),
        disks=(DiskFence("vda", "unsafe", shareable=True),),
        devices=("pci 0000:3b:00.1", "usb 046d:c52b", "pci 0000:03:10.0"),
        folders=(Folder("/srv", "share"), Folder("/iso", "iso", readonly=True)),
        arguments=2,
    )


def test_a_password_is_known_to_be_there_and_not_kept() -> None:
    found = read_fences.locks(OPEN.replace("*****", "hush"))
    assert [lock.has_password for lock in found] == [False, True, False, False]
    assert "hush" not in repr(found)


def test_a_plain_guest_has_nothing_to_say() -> None:
    assert read.domain("<domain><name>a</name></domain>").fences == Fences()
    bare = "<domain><name>a</name><seclabel type='none'/></domain>"
    assert read.domain(bare).fences.labels == (Label("none", "none"),)


def test_a_host_says_how_it_confines_guests_and_as_whom_they_run() -> None:
    found = read_host.capabilities(HOST)
    assert found.security_models == ("apparmor", "dac")
    assert found.guest_user == "+64055:+64055"
    assert read_host.capabilities("<capabilities><host/></capabilities>").security_models == ()
