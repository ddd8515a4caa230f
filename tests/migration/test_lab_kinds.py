"""Every kind of move that one may choose is carried out between real hosts."""

from collections.abc import Callable

import pytest

from accounts.models import User
from jobs.models import Job, JobState
from migration.options import Options
from migration.services.asking import request_migration
from vms.models import VM, Copy

from .moves import Carrier, Pair

pytestmark = [pytest.mark.lab, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
Carry = Callable[[Job], Carrier]
KINDS = {
    "compressed": (Options(compress=True), "--compressed"),
    "in two streams": (Options(parallel=2), "--parallel-connections 2"),
    "through the daemons": (Options(tunnelled=True), "--tunnelled"),
    "encrypted": (Options(tls=True), "--tls"),
    "standing still": (Options(live=False), "migrate"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_running_guest_moves(two: Pair, ada: User, carry: Carry, kind: str) -> None:
    options, flag = KINDS[kind]
    guest, vm = two.guest()
    before = guest.ticks()[-1]
    work = carry(request_migration(vm, two.second, ada, options))
    ended = work.ended()
    assert ended.state == JobState.SUCCEEDED, (ended.error_message, ended.error_detail)
    assert flag in ended.commands[0]
    assert work.row.outcome == "migrated"
    guest.host = two.hv2
    assert guest.wait_ticking() > before
    assert two.hv1.virsh("list", "--all", "--name") == ""
    assert (VM.objects.get().host, Copy.objects.count()) == (two.second, 0)


def test_a_guest_goes_for_a_time_and_its_definition_stays(
    two: Pair, ada: User, carry: Carry
) -> None:
    guest, vm = two.guest()
    options = Options(persistent=False, undefine_source=False)
    work = carry(request_migration(vm, two.second, ada, options))
    assert work.ended().state == JobState.SUCCEEDED
    guest.host = two.hv2
    guest.wait_ticking()
    assert "Persistent:     no" in two.hv2.virsh("dominfo", guest.name)
    assert two.hv1.virsh("list", "--all", "--name").split() == [guest.name]
    moved = VM.objects.select_related("host").get()
    assert (moved.host, moved.is_persistent) == (two.second, False)
    assert Copy.objects.get().host == two.first


def test_a_machine_that_is_off_moves_by_its_definition(two: Pair, ada: User, carry: Carry) -> None:
    guest, vm = two.guest()
    guest.host.virsh("destroy", guest.name)
    vm = two.see(guest.uuid, two.hv1)
    work = carry(request_migration(vm, two.second, ada, Options()))
    ended = work.ended()
    assert ended.state == JobState.SUCCEEDED, (ended.error_message, ended.error_detail)
    assert "--offline" in ended.commands[0]
    assert two.hv1.virsh("list", "--all", "--name") == ""
    assert VM.objects.get().host == two.second
    two.hv2.virsh("start", guest.name)
    guest.host = two.hv2
    guest.wait_ticking()
