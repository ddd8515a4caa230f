"""How is an existing domain changed: start from its inactive secure XML, keep what is not
understood.
"""

import copy
import difflib
import math

from lxml import etree  # type: ignore[attr-defined]

from virt.errors import InvalidDefinition, NotFound
from virt.specs import DiskSpec, GraphicsSpec, NicSpec
from virt.units import to_kib
from virt.xml import build_devices as parts
from virt.xml.document import Element, add, clean, parse, render

MASK = "••••••"
_SECRET_ATTRIBUTES = ("passwd",)
_TOPOLOGY = ("sockets", "dies", "clusters", "cores", "threads")
_BOOT_GROUPS = {"disk": {"disk", "lun"}, "cdrom": {"cdrom"}}


class DomainEdit:
    """Change one domain's XML step by step; ``text`` gives the result to define, ``diff`` the
    record of it.
    """

    def __init__(self, xml: str) -> None:
        """Take the XML of ``Domain.xml(secure=True, inactive=True)``; raise InvalidDefinition when
        it is none.
        """
        self.root = parse(xml)
        if self.root.tag != "domain":
            raise InvalidDefinition("This is not a domain.")
        self._before = masked(self.root)

    @property
    def text(self) -> str:
        """Return the changed XML, with its secrets."""
        return render(self.root)

    def diff(self) -> list[str]:
        """Return the changed lines ("-old", "+new") with secrets masked."""
        lines = difflib.unified_diff(
            self._before.splitlines(), masked(self.root).splitlines(), lineterm="", n=0
        )
        return [line for line in lines if line[:3] not in {"---", "+++"} and line[:2] != "@@"]

    def _set_text(self, tag: str, text: str, after: str) -> Element:
        """Set or remove (empty text) a child of the domain, placed after another when it is new."""
        found = self.root.find(tag)
        if not text:
            if found is not None:
                self.root.remove(found)
            return found
        if found is None:
            found = etree.Element(tag)
            before = self.root.find(after)
            self.root.insert(0 if before is None else self.root.index(before) + 1, found)
        found.text = clean(text)
        return found

    @property
    def devices(self) -> Element:
        """Return the devices element."""
        found = self.root.find("devices")
        return add(self.root, "devices") if found is None else found

    def rename(self, name: str) -> None:
        """Set the name (for a copy: an existing domain is renamed by ``Domain.rename``)."""
        self._set_text("name", name, "")

    def set_uuid(self, uuid: str) -> None:
        """Set the UUID, which makes it another domain."""
        self._set_text("uuid", uuid, "name")

    def set_title(self, title: str) -> None:
        """Set or remove the title."""
        self._set_text("title", title, "uuid")

    def set_description(self, text: str) -> None:
        """Set or remove the description."""
        self._set_text(
            "description", text, "title" if self.root.find("title") is not None else "uuid"
        )

    def set_memory(self, memory: int, maximum: int = 0) -> None:
        """Set the memory in bytes."""
        for tag, size in (("memory", max(memory, maximum)), ("currentMemory", memory)):
            element = self._set_text(tag, str(to_kib(size)), "memory")
            element.set("unit", "KiB")

    def set_vcpus(self, vcpus: int, maximum: int = 0) -> None:
        """Set the processors; a topology gets more or fewer sockets, or cores where that does not
        come out even, and is dropped where neither does. Pins of processors that go, go with them.
        """
        most = max(vcpus, maximum)
        element = self._set_text("vcpu", str(most), "currentMemory")
        element.attrib.pop("current", None)
        if most > vcpus:
            element.set("current", str(vcpus))
        topology = self.root.find("cpu/topology")
        if topology is not None and not _spread(topology, most):
            topology.getparent().remove(topology)
        for single in self.root.findall("vcpus"):
            self.root.remove(single)
        for pin in self.root.findall("cputune/vcpupin"):
            if str(pin.get("vcpu")).isdecimal() and int(str(pin.get("vcpu"))) >= most:
                pin.getparent().remove(pin)

    def set_cpu(self, mode: str, model: str = "", disabled: tuple[str, ...] = ()) -> None:
        """Replace the processor model; the topology stays."""
        old = self.root.find("cpu")
        new = etree.Element("cpu", mode=mode, check="none")
        if model:
            add(new, "model", model, fallback="allow")
        if old is not None and old.find("topology") is not None:
            new.append(copy.deepcopy(old.find("topology")))
        for name in disabled:
            add(new, "feature", policy="disable", name=name)
        if old is not None:
            self.root.replace(old, new)
        else:
            self.root.insert(self.root.index(self.devices), new)

    def set_cpu_xml(self, cpu: str) -> None:
        """Replace the processor by one that libvirt computed; the topology stays."""
        old, new = self.root.find("cpu"), parse(cpu)
        if old is not None and old.find("topology") is not None:
            for own in new.findall("topology"):
                new.remove(own)
            new.append(copy.deepcopy(old.find("topology")))
        if old is not None:
            self.root.replace(old, new)
        else:
            self.root.insert(self.root.index(self.devices), new)

    def set_virt_type(self, kind: str) -> None:
        """Set kvm or qemu, for instance after a move to a host without acceleration."""
        self.root.set("type", kind)

    def set_boot_order(self, order: tuple[str, ...]) -> None:
        """Boot from "disk", "cdrom" and "network" in this order."""
        for boot in (*self.root.findall("os/boot"), *self.root.findall("devices/*/boot")):
            boot.getparent().remove(boot)
        place = 1
        for kind in order:
            for element in self._bootable(kind):
                add(element, "boot", order=place)
                place += 1

    def _bootable(self, kind: str) -> list[Element]:
        if kind == "network":
            return list(self.devices.findall("interface"))[:1]
        wanted = _BOOT_GROUPS.get(kind, set())
        found = [
            item for item in self.devices.findall("disk") if item.get("device", "disk") in wanted
        ]
        return found[:1] if kind == "disk" else found

    def targets(self) -> set[str]:
        """Return the device names of the disks."""
        return {str(item.get("dev")) for item in self.devices.findall("disk/target")}

    def _disk(self, target: str) -> Element:
        for item in self.devices.findall("disk"):
            found = item.find("target")
            if found is not None and found.get("dev") == target:
                return item
        raise NotFound("There is no such disk.")

    def add_disk(self, spec: DiskSpec) -> str:
        """Add a disk and return its device name."""
        target = spec.target or parts.free_target(parts.bus_of(spec), self.targets())
        parts.add_disk(self.devices, spec, target)
        return target

    def remove_disk(self, target: str) -> str:
        """Remove a disk and return its XML, or raise NotFound."""
        return self._take(self._disk(target))

    def set_medium(self, target: str, path: str, image_format: str = "raw") -> str:
        """Put an image on the host into a drive, or take it out ("" path); return the disk's XML
        for a live update.
        """
        disk = self._disk(target)
        for old in (*disk.findall("source"), *disk.findall("backingStore")):
            disk.remove(old)
        disk.set("type", "file")
        driver = disk.find("driver")
        if driver is None:
            driver = add(disk, "driver", name="qemu")
        driver.set("type", image_format)
        if path:
            source = etree.Element("source", file=clean(path))
            disk.insert(disk.index(driver) + 1, source)
        return etree.tostring(disk, encoding="unicode", with_tail=False)  # type: ignore[no-any-return]

    def add_nic(self, spec: NicSpec) -> None:
        """Add a network card."""
        parts.add_nic(self.devices, spec)

    def remove_nic(self, mac: str) -> str:
        """Remove the card with this address and return its XML, or raise NotFound."""
        for item in self.devices.findall("interface"):
            address = item.find("mac")
            if address is not None and str(address.get("address")).lower() == mac.lower():
                return self._take(item)
        raise NotFound("There is no such network card.")

    def set_graphics(self, spec: GraphicsSpec) -> None:
        """Replace all displays with one."""
        for old in self.devices.findall("graphics"):
            self.devices.remove(old)
        parts.add_graphics(self.devices, spec)

    def _take(self, element: Element) -> str:
        text = etree.tostring(element, encoding="unicode", with_tail=False)
        element.getparent().remove(element)
        return text  # type: ignore[no-any-return]

    def as_copy(self, name: str, uuid: str) -> None:
        """Make it another domain: own name, UUID, addresses of its cards, and no firmware variables
        of the original.
        """
        self.rename(name)
        self.set_uuid(uuid)
        for mac in self.devices.findall("interface/mac"):
            mac.getparent().remove(mac)
        for nvram in self.root.findall("os/nvram"):
            nvram.getparent().remove(nvram)
        for generation in self.root.findall("genid"):
            generation.text = None


def _spread(topology: Element, vcpus: int) -> bool:
    """Make the topology come to so many processors; False where it cannot."""
    parts = {name: _part(topology, name) for name in _TOPOLOGY}
    for name in ("sockets", "cores"):
        others = math.prod(parts.values()) // parts[name]
        if vcpus % others == 0:
            if parts[name] != vcpus // others:
                topology.set(name, str(vcpus // others))
            return True
    return False


def _part(topology: Element, name: str) -> int:
    value = topology.get(name) or "1"
    return max(1, int(value)) if value.isdecimal() else 1


def masked(root: Element) -> str:
    """Return the document with passwords masked, for logs and records."""
    shown = copy.deepcopy(root)
    for element in shown.iter():
        for name in _SECRET_ATTRIBUTES:
            if element.get(name):
                element.set(name, MASK)
    return render(shown)
