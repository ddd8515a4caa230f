"""Screens of real guests: seen by the watcher without being asked, told, and served."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from hosts.models import Host, HostState
from hosts.watching.rounds import Rounds
from jobs.notices import noticed
from launcher.tiny import build_tiny_boot
from live.looking import Pace, look
from screens import store
from screens.models import Screen
from screens.watching import key_of
from tests.hosts.conftest import add, wait_state, watcher  # noqa: F401
from tests.lab import Guest, Lab, LabHost, wait_until
from tests.site.test_api import bearer
from vms.models import VM
from vms.screens import count_screens

pytestmark = [
    pytest.mark.lab,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("screens_redis", "quick", "watcher"),
]

PLAIN = """\
<domain type='qemu'>
  <name>{name}</name>
  <memory unit='MiB'>128</memory>
  <vcpu>1</vcpu>
  <os{firmware}><type arch='x86_64' machine='q35'>hvm</type>{os}</os>
  <features><acpi/><apic/></features>
  <cpu mode='custom' match='exact'><model>qemu64</model></cpu>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <controller type='usb' model='none'/>
    {disk}
    {video}
    <memballoon model='none'/>
  </devices>
</domain>
"""
VGA = "<video><model type='vga'/></video>"
OPEN_FIRMWARE = (
    "<firmware><feature enabled='no' name='secure-boot'/>"
    "<feature enabled='no' name='enrolled-keys'/></firmware>"
)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each screen's turn come every two seconds instead of once a minute."""
    monkeypatch.setattr("hosts.watching.rounds.CALM", 2.0)
    monkeypatch.setattr("screens.seeing.READ_EVERY", 1.0)
    assert Rounds(is_calm_wanted=True)._calm == 2.0


@pytest.fixture
def told() -> Iterator[list[Any]]:
    found: list[Any] = []

    def hear(notice, **_kwargs):
        found.append(notice)

    noticed.connect(hear)
    yield found
    noticed.disconnect(hear)


# A boot sector that writes lines at one edge of a blue ground, as newer Windows does when its start
# fails, in a size that no text console has: the mode of 320 x 200 with its letters of 8 x 8.
BLUE_LINES = (
    "Recovery",
    "Your device needs to be repaired",
    "An error has occurred",
    "Error code: 0xc0000225",
    "You need to use recovery tools",
    "Press Enter to try again",
)
BLUE_CODE = bytes.fromhex(
    "31c0 8ed8 b81300 cd10"  # the mode
    "bac803 30c0 ee 42 ee b01e ee b035 ee"  # colour 0 is (0, 30, 53) of 63
    "be307c"  # what follows the code
    "ac 3c00 7409 b40e bb0f00 cd10 ebf2"  # sign by sign, in white
    "fa f4 ebfd"
).ljust(0x30, b"\x90")
BLUE_SCREEN = (
    BLUE_CODE + "".join(f"   {line}\r\n\r\n" for line in BLUE_LINES).encode() + b"\0"
).ljust(510, b"\0") + b"\x55\xaa"
# Another one that writes what older ones do, white on blue, in the card's own text mode.
STOP_WORDS = (
    "A problem has been detected and Windows has been shut down to prevent damage",
    "",
    "*** STOP: 0x0000007B (0xF78D2524,0xC0000034,0x00000000,0x00000000)",
)
STOP_CODE = bytes.fromhex(
    "31c0 8ed8 b80300 cd10"  # the mode
    "b401 b90020 cd10"  # no cursor
    "b800b8 8ec0 31ff b8201f b9d007 f3ab"  # 2000 spaces, white on blue
    "bf2003 be337c b41f"  # from line 5 on, what follows the code
    "ac 3c00 7403 ab ebf8"  # sign by sign
    "fa f4 ebfd"
)
WORDS_SCREEN = (STOP_CODE + "".join(line.ljust(80) for line in STOP_WORDS).encode()).ljust(
    510, b"\0"
) + b"\x55\xaa"
DISK = (
    "<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='{path}'/>"
    "<target dev='sda' bus='sata'/></disk>"
)


def begin(
    host: LabHost,
    name: str,
    *,
    os: str = "",
    firmware: str = "",
    sector: bytes = b"",
    video: str = VGA,
) -> Guest:
    disk = ""
    if sector:
        image = host.folder / f"{name}.img"
        image.write_bytes(sector.ljust(4 * 1024 * 1024, b"\0"))
        disk = DISK.format(path=image)
    path = host.folder / f"{name}.xml"
    path.write_text(PLAIN.format(name=name, os=os, firmware=firmware, disk=disk, video=video))
    host.virsh("define", str(path))
    host.virsh("start", name)
    return Guest(host, name)


def shows(name: str) -> str:
    screen = Screen.objects.filter(vm__name=name).first()
    return screen.health if screen else ""


def test_screens_are_read_without_being_asked(lab: Lab, lab_guest: Guest, oli, told, client):
    kernel = f"<kernel>{build_tiny_boot().kernel}</kernel>"
    begin(lab["hv1"], "panics", os=f"{kernel}<cmdline>console=tty0 root=/dev/vda</cmdline>")
    begin(lab["hv1"], "diskless", os="<boot dev='hd'/>")
    begin(lab["hv1"], "firmware", os=OPEN_FIRMWARE, firmware=" firmware='efi'")
    begin(lab["hv1"], "stopped", os="<boot dev='hd'/>", sector=BLUE_SCREEN)
    begin(lab["hv1"], "stopped-in-words", os="<boot dev='hd'/>", sector=WORDS_SCREEN)
    wait_state(add(lab["hv1"]), HostState.ONLINE)
    wait_until(lambda: VM.objects.filter(name="panics").exists(), what="its row")
    VM.objects.filter(name="panics").update(owner=oli)
    wanted = {
        "panics": "panic",
        "diskless": "no_disk",
        "stopped": "stop_look",
        "stopped-in-words": "stop_error",
        lab_guest.name: "shell",
        "firmware": "uefi_shell",
    }
    wait_until(
        lambda: {name: shows(name) for name in wanted} == wanted,
        timeout=60, every=0.3, what="what the screens show",
    )  # fmt: skip
    wait_until(lambda: told, what="a notice")
    assert [notice.subject for notice in told] == ["panics shows: Kernel panic"]
    VM.objects.update(owner=oli)
    client.force_login(oli)
    page = client.get("/wall/?show=failed").content.decode()
    assert "Probably a stop error" in page and "it may be something else" in page
    assert "Read from the words on its screen." in page


def test_a_frozen_machine_delays_no_other(lab: Lab, lab_guest: Guest, oli, client: Client):
    other = lab.guest(lab["hv1"], "other")
    host: Host = wait_state(add(lab["hv1"]), HostState.ONLINE)
    keys = [(host.pk, other.uuid), (host.pk, lab_guest.uuid)]
    look(keys, Pace.PAGE)
    wait_until(lambda: len(store.kept(keys)) == 2, timeout=20, what="both pictures")
    lab["hv1"].freeze_qemu(lab_guest.name)
    try:
        since = store.kept(keys)[keys[0]].seen_at

        def is_newer() -> bool:
            look(keys, Pace.PAGE)
            return store.kept(keys)[keys[0]].seen_at > since + 1

        wait_until(is_newer, timeout=45, every=0.3, what="a newer picture of the other")
    finally:
        lab["hv1"].thaw_qemu(lab_guest.name)
    VM.objects.filter(name="other").update(owner=oli)
    client.force_login(oli)
    answer = client.get(f"/machines/{VM.objects.get(name='other').pk}/screen/?size=large")
    assert answer.headers["Content-Type"] == "image/webp"


def test_each_screen_of_a_machine_has_its_picture_and_only_by_wish(lab: Lab, oli, client: Client):
    two_heads = VGA + "<video><model type='virtio' heads='2'/></video>"
    guest = begin(lab["hv1"], "heads", os="<boot dev='hd'/>", video=two_heads)
    host = wait_state(add(lab["hv1"]), HostState.ONLINE)
    wait_until(lambda: VM.objects.filter(name="heads").exists(), what="its row")
    VM.objects.filter(name="heads").update(owner=oli)
    vm = VM.objects.get(name="heads")
    assert count_screens(vm) == 3
    keys = [key_of(vm, head) for head in range(3)]
    assert keys[1] == (host.pk, f"{guest.uuid}#1")
    wait_until(lambda: keys[0] in store.kept(keys), timeout=20, what="a picture of the first")
    assert set(store.kept(keys)) == {keys[0]}
    client.force_login(oli)
    ids = [str(vm.pk), f"{vm.pk}.1", f"{vm.pk}.2"]

    def shown() -> dict[str, str]:
        have = ",".join(f"{one}:" for one in (*ids, f"{vm.pk}.3"))
        answer = client.post("/wall/look/", {"have": have, "pace": "wall"}).json()
        return {one["id"]: one["img"] for one in answer["screens"] if one["img"]}

    pictures = wait_until(
        lambda: found if set(found := shown()) == set(ids) else None,
        timeout=20, every=0.5, what="a picture of each",
    )  # fmt: skip
    assert pictures[ids[0]] != pictures[ids[1]]
    path = f"/api/v1/vms/{vm.pk}/screenshot"
    answers = {
        number: client.get(path, {"screen": number}, headers=bearer(oli)).status_code
        for number in (1, 2, 3, 4)
    }
    assert answers == {1: 200, 2: 200, 3: 200, 4: 204}
    page = client.get(f"/machines/{vm.pk}/").content.decode()
    assert all(f'data-screen="{one}" data-plain' in page for one in ids)
    wait_until(lambda: shows("heads") == "no_disk", timeout=20)  # what the first one says
