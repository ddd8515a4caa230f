"""What of a definition changes on the way to another host, and what does libvirt get told?"""

from dataclasses import replace

import libvirt
import pytest

from virt.errors import InvalidDefinition
from virt.moving.migration import Move, flags_of
from virt.uri import HostAddress, Transport, build_data_uri, build_peer_uri, listen_address
from virt.xml.document import parse
from virt.xml.moving import moved

XML = """<domain type="kvm">
  <name>a</name>
  <devices>
    <disk type="file" device="disk"><driver name="qemu" type="qcow2"/><source file="/here/a.qcow2"/>
      <backingStore type="file"><format type="raw"/><source file="/here/base.img"/></backingStore>
      <target dev="vda" bus="virtio"/></disk>
    <disk type="file" device="disk"><source file="/shared/b.raw"/><target dev="vdb"/></disk>
    <hologram depth="very"/>
  </devices>
</domain>"""
PEER = HostAddress(Transport.SSH, "hv2", username="root", keyfile="/ours", known_hosts="/ours")


def test_only_copied_disks_change_their_place_and_lose_their_backing() -> None:
    root = parse(moved(XML, {"vda": "/there/a.qcow2"}))
    first, second = root.findall("devices/disk")
    assert first.find("source").get("file") == "/there/a.qcow2"
    assert len(first.find("backingStore")) == 0
    assert first.find("driver").get("type") == "qcow2"
    assert second.find("source").get("file") == "/shared/b.raw"
    assert root.find("devices/hologram") is not None
    with pytest.raises(InvalidDefinition):
        moved(XML, {"vdz": "/there/a.qcow2"})


def test_the_source_reaches_the_target_with_its_own_keys() -> None:
    assert build_peer_uri(PEER) == "qemu+ssh://root@hv2/system?no_tty=1"
    there = replace(PEER, socket="/run/x/libvirt-sock", port=2222)
    assert build_peer_uri(there).endswith("hv2:2222/system?no_tty=1&socket=/run/x/libvirt-sock")
    tls = HostAddress(Transport.TLS, "hv2", pki="/ours")
    assert build_peer_uri(tls) == "qemu+tls://hv2/system"
    assert build_peer_uri(replace(tls, transport=Transport.TCP)) == "qemu+tcp://hv2/system"
    for transport in (Transport.LOCAL, Transport.TEST):
        with pytest.raises(ValueError):
            build_peer_uri(replace(tls, transport=transport))
    with pytest.raises(ValueError):
        build_peer_uri(replace(PEER, hostname="-oProxyCommand=x"))


def test_data_goes_to_the_named_address_and_nowhere_else_is_listened() -> None:
    assert build_data_uri("10.0.0.2") == "tcp://10.0.0.2"
    assert build_data_uri("fd00::2") == "tcp://[fd00::2]"
    assert (listen_address("10.0.0.2"), listen_address("hv2.example.org")) == ("10.0.0.2", "")
    with pytest.raises(ValueError):
        build_data_uri("hv2/?x")


def test_flags_follow_the_wish_and_an_idle_domain_has_few() -> None:
    move = Move(PEER, disks={"vda": "/x"}, post_copy=True, parallel=2, tls=True)
    live = flags_of(move, active=True)
    for flag in ("PEER2PEER", "LIVE", "NON_SHARED_DISK", "POSTCOPY", "PARALLEL", "TLS"):
        assert live & getattr(libvirt, f"VIR_MIGRATE_{flag}"), flag
    assert not live & (libvirt.VIR_MIGRATE_UNSAFE | libvirt.VIR_MIGRATE_OFFLINE)
    off = flags_of(move, active=False)
    assert off == (
        libvirt.VIR_MIGRATE_PEER2PEER
        | libvirt.VIR_MIGRATE_OFFLINE
        | libvirt.VIR_MIGRATE_PERSIST_DEST
        | libvirt.VIR_MIGRATE_UNDEFINE_SOURCE
    )
