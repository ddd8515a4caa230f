"""Two lab hosts, a guest that ticks on the first, and jobs in threads of their own."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.db import connection
from django.utils import timezone

import jobs.tasks  # noqa: F401 - jobs run in place, so their task has to be known
from hosts.models import Host, StoragePool, Transport
from jobs import running, sweeping
from jobs.models import Job
from migration.models import Migration
from tests.factories import make_host
from tests.lab import Guest, Lab, LabHost, wait_until
from virt import pool
from virt.pool import pooled
from vms.models import VM
from vms.sync.rows import take_over

_numbers = count(1)


class Pair:
    """Two hosts with their rows, and a guest on the first one."""

    def __init__(self, lab: Lab, transport: str = "local") -> None:
        self.lab = lab
        self.hv1, self.hv2 = lab.hosts[:2]
        self.rows = {one.name: register(one, transport) for one in lab.hosts}
        self.first, self.second = self.rows["hv1"], self.rows["hv2"]

    def guest(self, **wishes: Any) -> tuple[Guest, VM]:
        """Start a ticking guest on the first host, and make its row."""
        guest = self.lab.guest(self.hv1, f"move{next(_numbers)}", **wishes)
        guest.wait_ticking()
        return guest, self.see(guest.uuid, self.hv1)

    def share(self) -> Path:
        """Make a pool of a folder that all hosts see, and declare it shared; return the folder."""
        folder = self.lab.folder / "shared"
        folder.mkdir(exist_ok=True)
        for host in self.lab.hosts:
            if "shared" not in host.virsh("pool-list", "--all", "--name").split():
                host.virsh("pool-create-as", "shared", "dir", "--target", str(folder))
            StoragePool.objects.create(
                host=self.rows[host.name],
                uuid=host.virsh("pool-uuid", "shared"),
                name="shared",
                kind="dir",
                path=str(folder),
                active=True,
                is_shared=True,
            )
        return folder

    def see(self, uuid: str, lab_host: LabHost) -> VM:
        """Take over what a host says of a guest, as its watcher does."""
        with pooled(lab_host.address(), "ops") as hypervisor:
            take_over(self.rows[lab_host.name], hypervisor.domain_info(uuid))
        return VM.objects.select_related("host").get(uuid=uuid)


def register(lab_host: LabHost, transport: str = "local") -> Host:
    """Make the row of a lab host; other hosts reach it by TCP, or as asked."""
    address = lab_host.address(transport, known_hosts="")
    is_local = transport == Transport.LOCAL
    return make_host(
        lab_host.name,
        transport=transport,
        hostname="" if is_local else address.hostname,
        username=address.username,
        socket=str(lab_host.socket_path) if is_local else "",
        migration_transport=Transport.TCP if is_local else "",
        migration_address=lab_host.ip,
        kvm_works=False,
        capabilities={},
    )


class Carrier:
    """Carries a job in a thread of its own, as a worker does."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._thread = threading.Thread(target=running.run, args=(job.pk,), daemon=True)
        self._thread.start()

    @property
    def row(self) -> Migration:
        """The migration as it is now."""
        return Migration.objects.get(pk=self.job.params["migration"])

    def wait_phase(self, phase: str, timeout: float = 20.0) -> Migration:
        """Wait until it has come so far."""
        wait_until(lambda: self.row.phase == phase, timeout=timeout, every=0.05, what=phase)
        return self.row

    def wait_sent(self, share: float = 0.02, timeout: float = 20.0) -> Migration:
        """Wait until some of the memory has been sent."""

        def is_sent() -> bool:
            figures = self.row.statistics
            total = figures.get("total") or 0
            return bool(total) and figures["processed"] > share * total

        wait_until(is_sent, timeout=timeout, every=0.05, what="memory is sent")
        return self.row

    def ended(self, timeout: float = 60.0) -> Job:
        """Return the job once its carrier is done with it."""
        self._thread.join(timeout)
        assert not self._thread.is_alive(), "the job has not ended"
        self.job.refresh_from_db()
        return self.job


class Process(Carrier):
    """Carries a job in a process that can be killed or frozen."""

    def __init__(self, job: Job) -> None:
        self.job = job
        environment = {
            **os.environ,
            "GUESTHOUSE_DATA": str(site.DATA_DIR),
            "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
            "DJANGO_SETTINGS_MODULE": "hypervisor_site.settings",
        }
        command = [sys.executable, "-m", "tests.migration.worker", str(job.pk)]
        self.process = subprocess.Popen(command, env=environment)

    def signal(self, number: signal.Signals) -> None:
        """Send the process a signal."""
        self.process.send_signal(number)

    def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        self.process.wait()


def lose_lease(job: Job) -> None:
    """Let the lease of a job run out, and queue it again as a sweeper does."""
    past = timezone.now() - timedelta(seconds=60)
    Job.objects.filter(pk=job.pk).update(lease_until=past)
    assert sweeping.adopt_expired() == 1


@pytest.fixture
def two(lab: Lab, transactional_db: None, settings: Any) -> Iterator[Pair]:
    """Two hosts, reached by their sockets; jobs wait for a carrier."""
    settings.CELERY_TASK_ALWAYS_EAGER = False
    yield Pair(lab)
    pool.close_all()


@pytest.fixture
def carry() -> Callable[[Job], Carrier]:
    """Return what carries a job."""
    return Carrier
