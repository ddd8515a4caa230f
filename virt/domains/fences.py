"""What stands between a guest and its host, as the definition says: labels, displays, devices.

Kept beside the other facts of a domain, so that nobody has to read a definition again for it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Label:
    """A security label: `model` is apparmor, selinux, dac or none; `kind` dynamic, static or none.

    `label` is known while the guest runs; of dac it is "+64055:+64055".
    """

    model: str
    kind: str = "dynamic"
    label: str = ""


@dataclass(frozen=True, slots=True)
class DisplayLock:
    """How a display is locked; in the order of the domain's displays.

    Whether it has a password is asked for only where it listens on an address; else None.
    """

    has_password: bool | None = None
    has_tls: bool = False  # SPICE alone says so; VNC's is a setting of the host


@dataclass(frozen=True, slots=True)
class DiskFence:
    """A disk with something to know: who else may write it, and whether writes are kept."""

    target: str
    cache: str = ""
    shareable: bool = False


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of the host that the guest sees."""

    source: str
    target: str = ""
    readonly: bool = False


@dataclass(frozen=True, slots=True)
class Fences:
    """All of it. `devices` are the host's own, such as "pci 0000:01:00.0" or "usb 046d:c52b".

    `arguments` is how many words are handed to QEMU past libvirt.
    """

    labels: tuple[Label, ...] = ()
    displays: tuple[DisplayLock, ...] = ()
    disks: tuple[DiskFence, ...] = ()
    devices: tuple[str, ...] = ()
    folders: tuple[Folder, ...] = ()
    arguments: int = 0


NO_FENCES = Fences()
