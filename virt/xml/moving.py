"""How does a definition change on the way to another host: only where copied disks are."""

from collections.abc import Mapping

from virt.errors import InvalidDefinition
from virt.xml.document import add, parse, render


def moved(xml: str, disks: Mapping[str, str]) -> str:
    """Return the definition with these disks (by target name) in these files of the target host.

    A copied disk is whole: it has no backing file there, whatever it had here.
    """
    root = parse(xml)
    left = dict(disks)
    for disk in root.findall("devices/disk"):
        target = disk.find("target")
        path = left.pop(str(target.get("dev")), None) if target is not None else None
        if path is None:
            continue
        for old in disk.findall("source") + disk.findall("backingStore"):
            index = disk.index(old) if old.tag == "source" else None
            disk.remove(old)
            if index is not None:
                source = add(disk, "source", file=path)
                disk.insert(index, source)
        disk.set("type", "file")
        add(disk, "backingStore")
    if left:
        raise InvalidDefinition("There is no such disk.", detail=", ".join(sorted(left)))
    return render(root)
