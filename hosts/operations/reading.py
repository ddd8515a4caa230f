"""Have a host read again, and find out how ready it is and what its processor can do."""

import time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from hosts.addresses import address_of
from hosts.models import Host
from hosts.readiness.findings import as_json
from jobs.running import JobContext
from virt.errors import NotFound, OperationTimeout
from virt.hosts.probe import probe_acceleration
from virt.hosts.readiness import examine
from virt.pool import pooled

RESCAN_SECONDS = 45.0
LOOK_EVERY = 0.3


def _host(job: JobContext) -> Host:
    host = Host.objects.filter(pk=job.job.target_id or 0).first()
    if host is None:
        raise NotFound(gettext_noop("The host was removed meanwhile."))
    return host


def rescan(job: JobContext) -> None:
    """Ask the watcher for a complete reading, and wait until it is done."""
    host = _host(job)
    before = host.scanned_at
    job.progress(None, gettext_noop("Reading machines, pools and networks"))
    Host.objects.filter(pk=host.pk).update(rescan_requested=True)
    deadline = time.monotonic() + RESCAN_SECONDS
    while time.monotonic() < deadline:
        time.sleep(LOOK_EVERY)
        job.check_cancelled()
        host = _host(job)
        if host.scanned_at != before:
            return
    raise OperationTimeout(gettext_noop("No watcher has read the host in time."))


def probe(job: JobContext) -> dict[str, Any]:
    """Look at clock, IOMMU and the rest; then boot a guest of a few MB to see whether KVM works."""
    host = _host(job)
    job.progress(None, gettext_noop("Looking at clock, IOMMU and ports"))
    with pooled(address_of(host), "ops") as hypervisor:
        findings = as_json(examine(hypervisor))
        Host.objects.filter(pk=host.pk).update(findings=findings, checked_at=timezone.now())
        job.progress(None, gettext_noop("Booting a guest of a few MB"))
        found = probe_acceleration(hypervisor)
    fields = {
        "kvm_works": found.works if found.certain else None,
        "kvm_cpu_mode": found.cpu_mode[:40],
        "kvm_cpu_model": found.cpu_model[:40],
        "kvm_disabled_features": list(found.disabled_features),
        "kvm_reason": found.reason[:255],
        "probed_at": timezone.now(),
    }
    Host.objects.filter(pk=host.pk).update(**fields)
    return {"works": found.works, "reason": found.reason, "certain": found.certain}
