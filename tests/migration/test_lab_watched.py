"""With watchers on both hosts a machine has one row all the way, whoever moves it."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import User
from hosts.models import Host, HostState
from jobs.models import Job, JobState
from migration.options import Options
from migration.services.asking import request_migration
from tests.hosts.conftest import wait_state, watcher  # noqa: F401 - a fixture
from tests.lab import wait_until
from vms.models import VM, Copy
from vms.sync.doubling import GRACE, detect_now

from .moves import Carrier, Pair

pytestmark = [
    pytest.mark.lab,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("watcher"),
]


@pytest.fixture
def watched(two: Pair, settings: Any) -> Iterator[Pair]:
    settings.WATCH_INTERVAL = 2
    Host.objects.update(state=HostState.CONNECTING)
    for host in (two.first, two.second):
        wait_state(host, HostState.ONLINE, timeout=30)
    yield two


class Rows(threading.Thread):
    """Looks at the rows all the time: never none, never two, and the number only grows."""

    def __init__(self, pk: int) -> None:
        super().__init__(daemon=True)
        self.pk = pk
        self.wrong: list[Any] = []
        self._halt = threading.Event()

    def run(self) -> None:
        last = 0
        while not self._halt.wait(0.02):
            rows = list(VM.objects.values_list("pk", "rev", "hold"))
            if [pk for pk, _rev, _hold in rows] != [self.pk] or rows[0][1] < last or rows[0][2]:
                self.wrong.append(rows)
            last = rows[0][1] if rows else last
            detect_now()

    def __enter__(self) -> None:
        self.start()

    def __exit__(self, kind: object, *_more: object) -> None:
        self._halt.set()
        self.join(10)
        assert kind is not None or self.wrong == []


def arrived(vm: VM, host: Host) -> VM:
    def is_there() -> bool:
        vm.refresh_from_db()
        return vm.host_id == host.pk and vm.state == "running" and not Copy.objects.exists()

    wait_until(is_there, timeout=20, what=f"the row is on {host.name}")
    return vm


def test_the_row_follows_virsh_and_jobs(
    watched: Pair, ada: User, oli: User, carry: Callable[[Job], Carrier]
) -> None:
    two = watched
    guest = two.lab.guest(two.hv1, "wanderer")
    wait_until(lambda: VM.objects.filter(name="wanderer", state="running").exists(), timeout=20)
    vm = VM.objects.get()
    VM.objects.update(owner=oli)
    uri = f"qemu+tcp://{two.hv2.ip}/system"
    with Rows(vm.pk):
        two.hv1.virsh(
            "migrate", "--live", "--p2p", "--persistent", "--undefinesource", guest.name, uri
        )
        vm = arrived(vm, two.second)
        assert (vm.owner, vm.started_at is not None) == (oli, True)
        work = carry(request_migration(vm, two.first, ada, Options(bandwidth=40)))
        ended = work.ended()
        assert ended.state == JobState.SUCCEEDED, (ended.error_message, ended.error_detail)
        arrived(vm, two.first)

    two.hv1.virsh("destroy", guest.name)
    xml = two.hv1.virsh("dumpxml", guest.name)
    path = two.hv2.folder / "copy.xml"
    path.write_text(xml)
    two.hv2.virsh("define", str(path))
    copy = wait_until(lambda: Copy.objects.first(), timeout=10, what="the copy is seen")
    assert copy is not None
    wait_until(lambda: VM.objects.get().state == "off", timeout=10)
    assert (copy.host, copy.is_on) == (two.second, False)
    two.hv1.virsh("start", guest.name)
    two.hv2.virsh("start", guest.name)

    def alarm() -> bool:
        detect_now()
        return VM.objects.get().hold == "two-copies"

    wait_until(alarm, timeout=GRACE.total_seconds() + 11, what="the alarm is raised")
    assert two.hv1.virsh("domstate", guest.name) == two.hv2.virsh("domstate", guest.name)
