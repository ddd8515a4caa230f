"""How are a running domain's disks copied to files: libvirt's backup in push mode.

The copy is of one moment, the beginning; libvirt goes on with it by itself.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import libvirt
from lxml import etree  # type: ignore[attr-defined]

from virt.calls.bounded import run_within
from virt.domain import Domain
from virt.errors import HostUnreachable, translate
from virt.xml.document import add, parse, render

BEGIN_SECONDS = 60.0
FREEZE_SECONDS = 20.0
LOOK_SECONDS = 15.0
AGENT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class BackupProgress:
    """Tell how far a backup is, in bytes; ``reason`` is libvirt's own word about a failure."""

    is_active: bool
    total: int = 0
    processed: int = 0
    is_done: bool = False
    reason: str = ""

    @property
    def percent(self) -> float | None:
        """Return how much of the data is copied, 0 to 100."""
        return min(100.0, 100.0 * self.processed / self.total) if self.total else None


def backup_xml(files: Mapping[str, str], domain_xml: str) -> str:
    """Return the XML that copies each disk named in ``files`` to a qcow2 file, and no other."""
    root = etree.Element("domainbackup", mode="push")
    disks = add(root, "disks")
    for target in parse(domain_xml).findall("devices/disk/target"):
        name = str(target.get("dev"))
        if name not in files:
            add(disks, "disk", name=name, backup="no")
            continue
        disk = add(disks, "disk", name=name, backup="yes", type="file")
        add(disk, "driver", type="qcow2")
        add(disk, "target", file=files[name])
    return render(root)


def begin(domain: Domain, files: Mapping[str, str]) -> None:
    """Begin to copy the disks; WrongState when it is off or another job of libvirt's runs."""
    xml = backup_xml(files, domain.xml())

    def act() -> None:
        with domain.raw() as raw:
            with suppress(libvirt.libvirtError):
                raw.jobStats(libvirt.VIR_DOMAIN_JOB_STATS_COMPLETED)  # forget an older job
            raw.backupBegin(xml, None, 0)

    run_within(BEGIN_SECONDS, act, given_up=domain.left_behind)


def progress(domain: Domain) -> BackupProgress:
    """Tell how far the backup is; asked once after its end, how it ended."""

    def look() -> BackupProgress:
        with domain.raw() as raw:
            if raw.isActive():
                stats = raw.jobStats(0)
                if stats.get("operation") == libvirt.VIR_DOMAIN_JOB_OPERATION_BACKUP:
                    total, done = stats.get("disk_total", 0), stats.get("disk_processed", 0)
                    return BackupProgress(True, total, done)
            return _ended(raw)

    return run_within(LOOK_SECONDS, look, given_up=domain.left_behind)


def _ended(raw: Any) -> BackupProgress:
    stats = raw.jobStats(libvirt.VIR_DOMAIN_JOB_STATS_COMPLETED)
    if stats.get("operation") != libvirt.VIR_DOMAIN_JOB_OPERATION_BACKUP:
        return BackupProgress(False)
    return BackupProgress(
        False,
        stats.get("disk_total", 0),
        stats.get("disk_processed", 0),
        is_done=stats.get("type") == libvirt.VIR_DOMAIN_JOB_COMPLETED,
        reason=str(stats.get("errmsg", "")),
    )


def freeze(domain: Domain) -> bool:
    """Bring the guest's file systems to rest; False when its agent cannot."""
    return domain.ping_agent(AGENT_SECONDS) and _ask(domain, "fsFreeze")


def thaw(domain: Domain) -> bool:
    """Let the guest write again; False when its agent does not answer, or nothing was at rest."""
    return _ask(domain, "fsThaw")


def _ask(domain: Domain, verb: str) -> bool:
    def act() -> bool:
        with domain.raw() as raw:
            try:
                getattr(raw, verb)()
            except libvirt.libvirtError as error:
                if isinstance(translate(error), HostUnreachable):
                    raise
                return False
        return True

    return run_within(FREEZE_SECONDS, act, given_up=domain.left_behind)
