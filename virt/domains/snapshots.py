"""How are snapshots of a domain taken, read, gone back to and forgotten?"""

from collections.abc import Callable
from typing import Any, TypeVar

import libvirt

from virt.calls.bounded import run_within
from virt.connection import Hypervisor
from virt.domain import Domain
from virt.errors import NotFound, WrongState
from virt.hosts.listing import skipping
from virt.xml import snapshots as xml

Answer = TypeVar("Answer")

READ_SECONDS = 30.0
DISK_SECONDS = 120.0
MEMORY_SECONDS = 6 * 3600.0  # writing memory to disk; the operation looks on and can abort it


def _ask(domain: Domain, seconds: float, work: Callable[[Any], Answer]) -> Answer:
    def act() -> Answer:
        with domain.raw() as raw:
            return work(raw)

    return run_within(seconds, act, given_up=domain.left_behind)


def read_all(domain: Domain) -> list[xml.SnapshotInfo]:
    """Read every snapshot of the domain, in no particular order."""

    def look(raw: Any) -> list[xml.SnapshotInfo]:
        found = raw.listAllSnapshots(0)
        return [xml.snapshot(one.getXMLDesc(0), is_current=bool(one.isCurrent())) for one in found]

    return _ask(domain, READ_SECONDS, look)


def outlines(hypervisor: Hypervisor) -> dict[str, tuple[frozenset[str], str]]:
    """Return the names of snapshots, and which is current, of each domain that has any, by UUID.

    One call for all domains, and three for each that has snapshots.
    """
    found: dict[str, tuple[frozenset[str], str]] = {}
    with hypervisor.calling():
        for raw in hypervisor.raw.listAllDomains(libvirt.VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT):
            with skipping(NotFound, WrongState):
                names = frozenset(raw.snapshotListNames(0))
                current = raw.snapshotCurrent(0).getName() if raw.hasCurrentSnapshot(0) else ""
                found[raw.UUIDString()] = (names, current)
    return found


def xml_of(domain: Domain, name: str) -> str:
    """Return a snapshot's XML with its secrets, or raise NotFound."""
    flags = libvirt.VIR_DOMAIN_SNAPSHOT_XML_SECURE
    return _ask(
        domain, READ_SECONDS, lambda raw: str(raw.snapshotLookupByName(name).getXMLDesc(flags))
    )


def take(domain: Domain, spec: xml.SnapshotSpec, *, quiesce: bool = False) -> None:
    """Take a snapshot; AlreadyExists when the name is taken.

    With a memory file the guest runs on while its memory is written, and ``abort_job`` stops it.
    Without any files it is inside the disks, with the memory of a running guest.
    """
    flags = libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_ATOMIC if spec.files else 0
    if spec.memory_file:
        flags |= libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_LIVE
    elif spec.files:
        flags |= libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY
    if quiesce:
        flags |= libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE
    seconds = DISK_SECONDS if spec.files and not spec.memory_file else MEMORY_SECONDS
    _ask(domain, seconds, lambda raw: raw.snapshotCreateXML(xml.build(spec), flags))


def go_back(domain: Domain, name: str) -> None:
    """Let libvirt go back to a snapshot that is inside the disks, whatever the domain does now."""
    flags = libvirt.VIR_DOMAIN_SNAPSHOT_REVERT_FORCE
    _ask(
        domain,
        MEMORY_SECONDS,
        lambda raw: raw.revertToSnapshot(raw.snapshotLookupByName(name), flags),
    )


def start_from(hypervisor: Hypervisor, memory_file: str, definition: str, *, paused: bool) -> None:
    """Start the domain of this definition from a memory file, which stays."""
    wanted = libvirt.VIR_DOMAIN_SAVE_PAUSED if paused else libvirt.VIR_DOMAIN_SAVE_RUNNING

    def act() -> None:
        with hypervisor.calling():
            hypervisor.raw.restoreFlags(memory_file, definition, wanted)

    run_within(MEMORY_SECONDS, act)


def forget(domain: Domain, name: str, *, keep_data: bool) -> None:
    """Delete a snapshot; with ``keep_data`` only libvirt's record of it."""
    flags = libvirt.VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY if keep_data else 0
    _ask(domain, MEMORY_SECONDS, lambda raw: raw.snapshotLookupByName(name).delete(flags))


def record(domain: Domain, snapshot_xml: str, *, current: bool = False) -> None:
    """Write a snapshot's record anew, for files that moved or to make it the current one."""
    flags = libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE
    flags |= libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT if current else 0
    _ask(domain, READ_SECONDS, lambda raw: raw.snapshotCreateXML(snapshot_xml, flags))
