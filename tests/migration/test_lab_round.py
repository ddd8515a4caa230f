"""A guest that ticks each second goes round three hosts and loses no tick but for the pause."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import User
from jobs.models import Job, JobState
from migration.options import Options
from migration.services.asking import request_migration
from tests.lab import Lab
from virt import pool
from vms.models import VM

from .moves import Carrier, Pair

pytestmark = [pytest.mark.lab, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def three() -> Iterator[Lab]:
    """Three hosts."""
    with Lab(3) as lab:
        yield lab


@pytest.fixture
def round_trip(three: Lab, transactional_db: None, settings: Any) -> Iterator[Pair]:
    settings.CELERY_TASK_ALWAYS_EAGER = False
    yield Pair(three)
    pool.close_all()
    for host in three.hosts:
        host.heal()


class Log:
    """What a guest wrote to its serial line, host after host; a line may begin on one of them."""

    def __init__(self, lab: Lab, name: str) -> None:
        self.paths = {host.name: host.folder / f"log/qemu/{name}-serial.log" for host in lab.hosts}
        self.read = dict.fromkeys(self.paths, 0)
        self.text = ""

    def take(self, host: str) -> None:
        """Add what was written on a host since the last time."""
        path = self.paths[host]
        data = path.read_bytes()[self.read[host] :] if path.exists() else b""
        self.read[host] += len(data)
        self.text += data.decode(errors="replace").replace("\0", "")

    @property
    def ticks(self) -> list[int]:
        """Return the numbers that the guest has counted, in the order in which they came."""
        return [int(number) for number in re.findall(r"tick (\d+)", self.text)]


@pytest.mark.parametrize("storage", ["shared", "copied"])
def test_no_tick_is_lost_on_the_way_round(
    round_trip: Pair, ada: User, storage: str, carry: Callable[[Job], Carrier]
) -> None:
    two, lab = round_trip, round_trip.lab
    folder = str(two.share()) if storage == "shared" else "/var/lib/libvirt/images"
    disk = f"{folder}/round-{storage}.qcow2"
    two.hv1.inside("qemu-img", "create", "-q", "-f", "qcow2", disk, "64M")
    two.hv1.virsh("pool-refresh", "default")
    guest, vm = two.guest(disk=disk)
    options = (
        Options(bandwidth=60, unsafe_declared_shared=True)
        if storage == "shared"
        else Options(bandwidth=60, copy_disks=("vda",), delete_source_disks=True)
    )
    log, here, downtimes = Log(lab, guest.name), "hv1", []
    for name in ("hv2", "hv3", "hv1"):
        vm = VM.objects.select_related("host", "owner", "team").get()
        work = carry(request_migration(vm, two.rows[name], ada, options))
        ended = work.ended(120)
        assert ended.state == JobState.SUCCEEDED, (ended.error_message, ended.error_detail)
        downtimes.append(work.row.downtime_ms)
        log.take(here)
        guest.host, here = lab[name], name
        guest.wait_ticking()
    assert VM.objects.get().host == two.first
    log.take(here)
    seen = log.ticks
    assert seen == list(range(seen[0], seen[-1] + 1)), "a tick is missing, or was counted twice"
    assert all(downtime is not None and downtime < 3000 for downtime in downtimes), downtimes
    assert [host.virsh("list", "--all", "--name") for host in lab.hosts[1:]] == ["", ""]
