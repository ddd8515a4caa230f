"""What a definition asks of the host to which it moves."""

from virt.xml.read_moving import Display, MovingCard, MovingDisk, cpu_of_capabilities, moving

XML = """
<domain type='kvm'>
  <memory unit='MiB'>2048</memory><vcpu>2</vcpu>
  <os firmware='efi'><type arch='x86_64' machine='pc-q35-7.2'>hvm</type>
    <kernel>/boot/k</kernel></os>
  <cpu mode='custom'><model>EPYC</model><feature policy='disable' name='pcid'/></cpu>
  <memoryBacking><hugepages/></memoryBacking>
  <devices>
    <disk type='file' device='disk'><driver type='qcow2' cache='none'/>
      <source file='/p/a.qcow2'/><target dev='vda'/></disk>
    <disk type='volume' device='disk'><source pool='ssd' volume='b'/><target dev='vdb'/></disk>
    <disk type='file' device='cdrom'><target dev='sda'/><readonly/></disk>
    <interface type='bridge'><mac address='52:54:00:AA:00:01'/><source bridge='br0'/></interface>
    <interface type='hostdev'><mac address='52:54:00:aa:00:02'/></interface>
    <hostdev mode='subsystem' type='pci'/>
    <filesystem type='mount'><target dir='data'/></filesystem>
    <graphics type='vnc'><listen type='address' address='10.0.0.1'/></graphics>
    <graphics type='spice'><listen type='socket' socket='/run/x'/></graphics>
    <tpm><backend type='emulator'/></tpm>
  </devices>
</domain>
"""


def test_everything_that_is_tied_to_a_host_is_read() -> None:
    said = moving(XML)
    assert (said.virt_type, said.arch, said.machine) == ("kvm", "x86_64", "pc-q35-7.2")
    assert (said.memory, said.vcpus, said.cpu_mode, said.cpu_model) == (
        2 << 30,
        2,
        "custom",
        "EPYC",
    )
    assert said.disks == (
        MovingDisk("vda", source="/p/a.qcow2", format="qcow2", cache="none"),
        MovingDisk("vdb", kind="volume", source="b", pool="ssd"),
        MovingDisk("sda", "cdrom", readonly=True),
    )
    assert said.cards[0] == MovingCard("52:54:00:aa:00:01", "bridge", "br0")
    assert said.passed_through == ("pci", "network")
    assert said.displays == (Display("vnc", "10.0.0.1"), Display("spice", ""))
    assert (said.shared_folders, said.kernel_files) == (("data",), ("/boot/k",))
    assert (said.has_hugepages, said.has_tpm, said.tpm_backend, said.has_nvram) == (
        True, True, "emulator", True,
    )  # fmt: skip


def test_host_that_offers_no_model_has_none() -> None:
    assert cpu_of_capabilities("<domainCapabilities><cpu/></domainCapabilities>") == ("", False)
