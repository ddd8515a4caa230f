"""What a real agent says of a guest that somebody uses: who is signed in, what is mounted."""

import struct
import time

import pytest

from hosts.models import HostState
from tests.hosts.conftest import add, wait_state
from tests.lab import Guest, Lab, wait_until
from vms.models import VM

pytestmark = [
    pytest.mark.lab,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("live_redis"),
]
MIB = 1024**2
DISK = "lived-in.qcow2"
UTMP = struct.Struct("<hxxi32s4s32s256s4xiii16x20x")  # of x86-64: see utmp(5)
USER_PROCESS = 7


def signed_in(name: str) -> bytes:
    """Return the line with which login programs tell that somebody is in."""
    line, now = b"tty1", int(time.time())
    return UTMP.pack(USER_PROCESS, 1, line, b"1", name.encode(), b"", 1, now, 0)


def used(guest: Guest) -> int:
    return sum(one.get("used-bytes", 0) for one in guest.agent("guest-get-fsinfo"))


def test_users_and_file_systems_of_a_guest_are_told(lab: Lab, watcher) -> None:
    hv1 = lab["hv1"]
    hv1.virsh("vol-create-as", "default", DISK, "256M", "--format", "qcow2")
    guest = lab.guest(hv1, "lived-in", graphics="", disk=f"/var/lib/libvirt/images/{DISK}")
    try:
        guest.wait_agent()
        guest.shell(
            "mkdir -p /var/run && busybox mkdosfs /dev/vda && mount -t vfat /dev/vda /mnt"
            " && dd if=/dev/zero of=/mnt/full bs=1M count=100"
        )
        guest.put("/tmp/utmp", signed_in("mira"))
        guest.shell("cp /tmp/utmp /var/run/utmp")
        wait_until(lambda: used(guest) >= 100 * MIB, timeout=60, what="a file on a file system")
        wait_state(add(hv1), HostState.ONLINE)
        told = wait_until(
            lambda: VM.objects.filter(name="lived-in").exclude(guest={}).first(),
            timeout=90,
            what="the agent's words",
        )
    finally:
        hv1.virsh("destroy", "lived-in", check=False)
        hv1.virsh("vol-delete", DISK, "--pool", "default", check=False)
    assert told is not None
    assert told.guest["users"] == ["mira"]
    mounted = {one["mount"]: one for one in told.guest["filesystems"]}["/mnt"]
    assert mounted["kind"] == "vfat"
    assert 64 * MIB <= mounted["used"] < mounted["total"] <= 256 * MIB  # in steps of 64
