"""What waits for a machine's next start waits on the next host, too."""

from collections.abc import Callable

import pytest

from accounts.models import User
from jobs.models import Job, JobState
from migration.options import Options
from migration.services.asking import request_migration
from vms.models import VM
from vms.resizing.services import request_resize, request_undo
from vms.resizing.wishes import ResizeRequest

from .moves import Carrier, Pair

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]


def test_a_size_that_waits_goes_along(
    two: Pair, ada: User, carry: Callable[[Job], Carrier]
) -> None:
    guest, vm = two.guest(memory=128)
    carry(request_resize(vm, ResizeRequest(vcpus=2, max_vcpus=3), ada)).ended()
    vm.refresh_from_db()
    assert (vm.vcpus, vm.next_vcpus, vm.next_size) == (1, 2, "custom")
    ended = carry(request_migration(vm, two.second, ada, Options())).ended()
    assert ended.state == JobState.SUCCEEDED, (ended.error_message, ended.error_detail)
    moved = VM.objects.select_related("host", "owner", "team").get()
    assert (moved.host, moved.vcpus, moved.next_vcpus) == (two.second, 1, 2)
    count = ("vcpucount", guest.name, "--config", "--maximum")
    assert two.hv2.virsh(*count) == "3"
    carry(request_undo(moved, ada)).ended()
    moved.refresh_from_db()
    assert (moved.next_vcpus, moved.next_size) == (0, "")
    assert two.hv2.virsh(*count) == "1"
