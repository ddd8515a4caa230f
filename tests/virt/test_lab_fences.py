"""Locks of displays, labels and open ports as real libvirt tells them."""

import pytest

from tests.lab import Lab
from virt.connection import connect
from virt.domains.fences import Label
from virt.hosts.readiness import examine

pytestmark = pytest.mark.lab
LOCKED = "<graphics type='vnc' autoport='yes' passwd='{word}' listen='0.0.0.0'/>"


def test_a_password_is_known_to_be_there_without_being_read(lab: Lab) -> None:
    house = lab["hv1"]
    lab.guest(house, "locked", graphics="", more=LOCKED.format(word="hush-hus"))
    lab.guest(house, "open", graphics="", more="<graphics type='vnc' listen='0.0.0.0'/>")
    with connect(house.address(), timeout=5) as hypervisor:
        found = {info.name: info for info in hypervisor.list_domains()}
        host = hypervisor.info()
    assert [lock.has_password for lock in found["locked"].fences.displays] == [True]
    assert [lock.has_password for lock in found["open"].fences.displays] == [False]
    assert found["open"].graphics[0].address == "0.0.0.0"
    assert "hush" not in repr(found["locked"])
    assert host.security_models == ("none", "dac")
    assert host.guest_user == "+0:+0"
    dac = [label for label in found["open"].fences.labels if label.model == "dac"]
    assert dac == [Label("dac", "dynamic", "+0:+0")]


def test_a_port_without_tls_beside_the_one_with_it_is_found(lab: Lab) -> None:
    with connect(lab["hv1"].address("tls"), timeout=5) as hypervisor:
        assert examine(hypervisor).plain == "open"
    with connect(lab["hv1"].address("tcp"), timeout=5) as hypervisor:
        assert examine(hypervisor).plain == ""
