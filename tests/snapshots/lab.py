"""What the tests of snapshots on real hosts share."""

import re
from contextlib import suppress

from jobs.models import Job, JobState
from snapshots.models import Snapshot
from tests.lab import LabHost, wait_until
from virt import pool
from virt.errors import OperationTimeout
from vms.models import VM

IMAGES = "/var/lib/libvirt/images"


def ended(job: Job) -> Job:
    """Return a job that has to have ended well."""
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED, (job.state, job.error_message, job.error_detail)
    return job


def fresh(vm: VM) -> VM:
    """Return the machine's row as it is now."""
    return VM.objects.select_related("host", "owner", "team").get(pk=vm.pk)


def tick(hv1: LabHost, name: str, at_least: int = 1) -> int:
    """Return the number that the guest counts now, once it is as high as that; it may boot yet."""
    with pool.pooled(hv1.address(), "console") as hypervisor:
        domain = hypervisor.find_domain(name)
        assert domain is not None
        console = domain.open_console(force=True)
        heard = b""

        def listen() -> int:
            nonlocal heard
            with suppress(OperationTimeout):
                heard += console.read(0.5)
            found = [int(number) for number in re.findall(rb"tick (\d+)\r?\n", heard)]
            return found[-1] if found and found[-1] >= at_least else 0

        try:
            return wait_until(listen, timeout=150, every=0.05, what=f"{name} ticks")
        finally:
            console.close()


def tree(hv1: LabHost, name: str) -> dict[str, str]:
    """Return libvirt's own tree: each snapshot with its parent."""
    found = {}
    for key in hv1.virsh("snapshot-list", name, "--name").split():
        parent = re.search(
            r"<parent>\s*<name>(.*?)</name>", hv1.virsh("snapshot-dumpxml", name, key)
        )
        found[key] = parent[1] if parent else ""
    return found


def rows(vm: VM) -> dict[str, str]:
    """Return the tree as the rows have it."""
    found = Snapshot.objects.made().filter(vm=vm).select_related("parent")
    return {row.key: row.parent.key if row.parent else "" for row in found}


def disk(hv1: LabHost, name: str) -> str:
    """Return the file to which the guest writes."""
    lines = hv1.virsh("domblklist", name).splitlines()
    return next(line.split()[1] for line in lines if line.split()[:1] == ["vda"])


def files(hv1: LabHost) -> set[str]:
    """Return our files on the host, without base images."""
    names = {path.name for path in hv1.images.iterdir() if path.name.startswith("guesthouse-")}
    return {name for name in names if not name.startswith("guesthouse-tiny-")}
