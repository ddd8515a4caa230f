"""What is found of machines, and what is not."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from backups.models import Backup
from consoles.models import ConsoleLink
from hosts.models import Host
from snapshots.models import SnapshotSchedule
from tests.factories import make_vm
from tests.posture.making import LABELS, bad, display, good_host, good_vm, lock, of_vm, unknown
from vms.models import VM

pytestmark = pytest.mark.django_db
USUAL = {"no-copy", "ownerless", "endless", "boot-unchecked", "no-tpm", "no-agent"}


def worse(vm: VM) -> dict[str, tuple[str, ...]]:
    return {key: words for key, words in bad(of_vm(vm)).items() if key not in USUAL}


def test_a_usual_machine_has_advice_and_no_backup_and_nothing_else() -> None:
    vm = good_vm()
    assert set(bad(of_vm(vm))) == USUAL
    assert unknown(of_vm(vm)) == set()


@pytest.mark.parametrize(
    ("shown", "locked", "key", "words"),
    [
        (display(), lock(), "display-open", "vnc 0.0.0.0:5900"),
        (display(address="192.0.2.7"), lock(), "display-open", "vnc 192.0.2.7:5900"),
        (display(address="::", port=None), lock(), "display-open", "vnc ::"),
        (display(), lock(password=True), "display-wide", "vnc 0.0.0.0:5900"),
        (display("spice"), lock(password=False, tls=True), "display-open", "spice 0.0.0.0:5900"),
        (display(address="127.0.0.1"), lock(), "display-local", "vnc 127.0.0.1:5900"),
    ],
)
def test_displays_are_judged_by_where_they_listen_and_how_they_are_locked(
    shown: dict[str, Any], locked: dict[str, Any], key: str, words: str
) -> None:
    assert worse(good_vm(graphics=[shown], fences={"displays": [locked]})) == {key: (words,)}


@pytest.mark.parametrize(
    ("shown", "locked"),
    [
        (display("spice"), lock(password=True, tls=True)),
        (display(address="127.0.0.1"), lock(password=True)),
        (display(listen="socket", address=""), lock(password=None)),
        (display(listen="none", address=""), lock(password=None)),
    ],
)
def test_safe_displays_are_no_finding(shown: dict[str, Any], locked: dict[str, Any]) -> None:
    vm = good_vm(graphics=[shown], fences={"displays": [locked]})
    assert worse(vm) == {}
    assert unknown(of_vm(vm)) == set()


def test_what_was_not_read_is_not_known_and_never_good() -> None:
    vm = make_vm(host=good_host())
    found = of_vm(vm)
    assert unknown(found) >= {"unconfined", "as-root", "qemu-arguments", "disk-unsafe"}
    off = good_vm(graphics=[display(address="")], fences={"displays": [lock()]})
    displays = {"display-open", "display-wide", "display-local"}
    assert unknown(of_vm(off)) == displays
    unasked = good_vm(graphics=[display()], fences={"displays": [lock(password=None)]})
    assert unknown(of_vm(unasked)) == displays


def test_confinement_is_judged_against_what_the_host_can() -> None:
    dac = LABELS[1:]
    none = [{"model": "none", "kind": "none", "label": ""}]
    root = [LABELS[0], {"model": "dac", "kind": "static", "label": "+0:+0"}]
    assert worse(good_vm(fences={"labels": none})) == {"unconfined": ("seclabel type='none'",)}
    assert worse(good_vm(fences={"labels": dac})) == {"unconfined": ("seclabel –",)}
    assert worse(good_vm(fences={"labels": []}, state="off", domain_id=None)) == {}
    assert worse(good_vm(fences={"labels": root})) == {"as-root": ("dac +0:+0",)}
    bare = good_host(security={"models": ["none", "dac"], "user": "+0:+0"})
    found = of_vm(good_vm(host=bare, fences={"labels": root[1:]}))
    assert not {"unconfined", "as-root"} & set(found)  # of the host, said once there


def test_emulation_counts_only_where_nothing_confines_it() -> None:
    assert worse(good_vm(virt_type="qemu")) == {}
    bare = good_host(security={"models": ["none", "dac"], "user": "+64055:+64055"})
    assert worse(good_vm(host=bare, virt_type="qemu")) == {"emulated": ("qemu",)}
    Host.objects.update(capabilities={})
    assert "emulated" in unknown(of_vm(good_vm(host=Host.objects.all()[0], virt_type="qemu")))


def test_what_a_guest_reaches_of_its_host_is_named() -> None:
    fences = {
        "arguments": 2,
        "devices": ["pci 0000:3b:00.1"],
        "folders": [
            {"source": "/secret/place", "target": "share", "readonly": False},
            {"source": "/iso", "target": "iso", "readonly": True},
        ],
        "disks": [
            {"target": "vda", "cache": "unsafe", "shareable": False},
            {"target": "vdb", "cache": "", "shareable": True},
        ],
    }
    found = worse(good_vm(fences=fences))
    assert found == {
        "qemu-arguments": ("qemu:arg × 2",),
        "host-devices": ("pci 0000:3b:00.1",),
        "folders-writable": ("share",),
        "disk-unsafe": ("vda",),
        "disk-shared": ("vdb",),
    }
    assert "secret" not in repr(found)  # paths of a host are for administrators


def test_links_backups_and_owners_are_read_from_their_rooms(sam: User) -> None:
    vm, now = good_vm(), timezone.now()
    link = {"vm": vm, "made_by": sam, "expires_at": now + timedelta(days=1)}
    ConsoleLink.objects.create(**link, key_hash="a", needs_sign_in=False)
    ConsoleLink.objects.create(**link, key_hash="b", needs_sign_in=True, mode="control")
    assert worse(vm) == {"link-open": ("view",)}
    ConsoleLink.objects.filter(key_hash="b").update(needs_sign_in=False)
    assert set(worse(vm)) == {"link-open", "link-drives"}
    ConsoleLink.objects.update(ended_at=now)
    assert worse(vm) == {}
    backup = Backup.objects.create(host=vm.host, vm=vm, vm_name=vm.name, made_at=now)
    assert "no-copy" not in bad(of_vm(vm))
    Backup.objects.filter(pk=backup.pk).update(made_at=now - timedelta(days=31))
    assert "no-copy" in bad(of_vm(vm))
    SnapshotSchedule.objects.create(vm=vm, every="day", keep=3)
    VM.objects.filter(pk=vm.pk).update(owner=sam)
    assert not {"no-copy", "ownerless"} & set(bad(of_vm(vm)))
