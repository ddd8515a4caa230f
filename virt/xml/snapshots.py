"""What does a snapshot's XML say, and which XML takes one?"""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from lxml import etree  # type: ignore[attr-defined]

from virt.domains.sizes import Sizes
from virt.errors import InvalidDefinition, NotFound
from virt.facts.domain import DomainInfo
from virt.xml import read
from virt.xml.document import Element, add, parse, render


@dataclass(frozen=True, slots=True)
class SnapshotDisk:
    """Say what a snapshot keeps of one disk.

    ``kind`` is internal, external or no. ``state`` is the file that holds the disk as it was,
    ``overlay`` the one into which the guest wrote from then on; both are paths on the host.
    """

    target: str
    kind: str = "no"
    state: str = ""
    format: str = ""
    overlay: str = ""


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """Describe one snapshot.

    ``state`` is libvirt's word for what the guest did: running, paused, shutoff, or disk-snapshot
    where its memory was not kept. ``memory`` is internal, external or no.
    """

    name: str
    description: str = ""
    parent: str = ""
    created_at: datetime | None = None
    state: str = ""
    memory: str = "no"
    memory_file: str = ""
    is_current: bool = False
    disks: tuple[SnapshotDisk, ...] = ()
    domain: DomainInfo = field(default_factory=lambda: DomainInfo(uuid="", name=""))

    @property
    def sizes(self) -> tuple[Sizes, ...]:
        """Return the sizes that it goes back to, and those of the next start where they differ."""
        later = self.domain.later
        return (self.domain.sizes, *((later,) if later else ()))

    @property
    def is_external(self) -> bool:
        """Tell whether any of it is in files of its own."""
        return self.memory == "external" or any(disk.kind == "external" for disk in self.disks)


@dataclass(frozen=True, slots=True)
class SnapshotSpec:
    """Wish a snapshot: inside the disks, or with an overlay file for each disk in ``files``.

    A ``memory_file`` is only for the second kind; disks in ``others`` are left out of it.
    """

    name: str
    description: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    memory_file: str = ""
    others: tuple[str, ...] = ()


def build(spec: SnapshotSpec) -> str:
    """Return the XML that takes a snapshot."""
    root = etree.Element("domainsnapshot")
    add(root, "name", spec.name)
    if spec.description:
        add(root, "description", spec.description)
    if spec.memory_file:
        add(root, "memory", snapshot="external", file=spec.memory_file)
    if not spec.files:
        return render(root)
    disks = add(root, "disks")
    for target, path in spec.files.items():
        disk = add(disks, "disk", name=target, snapshot="external", type="file")
        add(disk, "driver", type="qcow2")
        add(disk, "source", file=path)
    for target in spec.others:
        add(disks, "disk", name=target, snapshot="no")
    return render(root)


def snapshot(xml: str, *, is_current: bool = False) -> SnapshotInfo:
    """Return what a snapshot's XML says; empty when it cannot be parsed."""
    try:
        root = parse(xml)
    except InvalidDefinition:
        return SnapshotInfo(name="")
    domain = root.find("domain")
    memory = root.find("memory")
    seconds = read.number(read.text_of(root, "creationTime"))
    return SnapshotInfo(
        name=root.findtext("name") or "",
        description=read.text_of(root, "description"),
        parent=root.findtext("parent/name") or "",
        created_at=None if seconds is None else datetime.fromtimestamp(seconds, UTC),
        state=read.text_of(root, "state"),
        memory="no" if memory is None else (memory.get("snapshot") or "no"),
        memory_file="" if memory is None else (memory.get("file") or ""),
        is_current=is_current,
        disks=tuple(_disks(root, domain)),
        domain=_domain(root),
    )


def _domain(root: Element) -> DomainInfo:
    """Return the domain as it was, with what its next start would have been given."""
    then, later = (
        read.domain("" if found is None else _text(found))
        for found in (root.find("domain"), root.find("inactiveDomain"))
    )
    return replace(then, later=later.sizes) if later.name else then


def _disks(root: Element, domain: Element | None) -> Iterable[SnapshotDisk]:
    states = {} if domain is None else {disk.target: disk for disk in read.domain_disks(domain)}
    for disk in root.findall("disks/disk"):
        target = disk.get("name") or ""
        before = states.get(target)
        yield SnapshotDisk(
            target=target,
            kind=disk.get("snapshot") or "no",
            state=before.source if before else "",
            format=before.format if before else "",
            overlay=read.attr(disk, "source", "file"),
        )


def _text(element: Element) -> str:
    text: str = etree.tostring(element, encoding="unicode", with_tail=False)
    return text


def definition_of(xml: str) -> str:
    """Return the domain's definition that a snapshot holds, for its next start."""
    root = parse(xml)
    for name in ("inactiveDomain", "domain"):
        found = root.find(name)
        if found is not None:
            kept = copy.deepcopy(found)
            kept.tag = "domain"
            return _text(kept)
    raise NotFound("The snapshot holds no definition.")


def running_of(xml: str) -> str:
    """Return the domain as it ran when the snapshot was taken."""
    found = parse(xml).find("domain")
    if found is None:
        raise NotFound("The snapshot holds no definition.")
    return _text(found)


def moved(xml: str, old: str, new: str, new_format: str) -> str:
    """Return a snapshot's XML in which what was in the file ``old`` is in ``new``."""
    root = parse(xml)
    for disk in root.iter("disk"):
        source, driver = disk.find("source"), disk.find("driver")
        if source is not None and source.get("file") == old:
            source.set("file", new)
            if driver is not None:
                driver.set("type", new_format)
            for below in disk.findall("backingStore"):
                disk.remove(below)
    return render(root)


def with_disks_of(xml: str, present: str) -> str:
    """Return a domain's XML with those disks of the present one that it lacks, so that none is
    lost.
    """
    root = parse(xml)
    devices = root.find("devices")
    known = {read.attr(disk, "target", "dev") for disk in devices.findall("disk")}
    for disk in parse(present).findall("devices/disk"):
        if read.attr(disk, "target", "dev") in known:
            continue
        kept = copy.deepcopy(disk)
        for place in (*kept.findall("address"), *kept.findall("boot"), *kept.findall("alias")):
            kept.remove(place)
        devices.append(kept)
    return render(root)


def on_files(xml: str, files: Mapping[str, str]) -> str:
    """Return a domain's XML with the disks named in ``files`` on these qcow2 files.

    What was known of the layers beneath is dropped: the files' own headers name them, with
    their formats.
    """
    root = parse(xml)
    for disk in root.findall("devices/disk"):
        path = files.get(read.attr(disk, "target", "dev"))
        if path is None:
            continue
        for old in (*disk.findall("source"), *disk.findall("backingStore")):
            disk.remove(old)
        disk.set("type", "file")
        driver = disk.find("driver")
        if driver is None:
            driver = add(disk, "driver", name="qemu")
        driver.set("type", "qcow2")
        disk.insert(disk.index(driver) + 1, etree.Element("source", file=path))
    return render(root)


def only_new(xml: str, present: str) -> str:
    """Return the definition without what the present one has in the very same words.

    What is left is what would come with it: the rest is there already, whoever put it there.
    """
    root, now = parse(xml), parse(present)
    _take_out(root, {_plain(part) for part in now if part.tag != "devices"})
    for devices in root.findall("devices"):
        _take_out(devices, {_plain(part) for held in now.findall("devices") for part in held})
    return render(root)


def _take_out(parent: Element, known: set[str]) -> None:
    for part in list(parent):
        if part.tag != "devices" and _plain(part) in known:
            parent.remove(part)


def _plain(element: Element) -> str:
    """Return an element in canonical form, without white space between elements."""
    kept = copy.deepcopy(element)
    for item in kept.iter():
        item.tail = None
        if len(item) and not (item.text or "").strip():
            item.text = None
    return str(etree.tostring(kept, method="c14n").decode())
