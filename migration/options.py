"""How is a machine to be moved? What a person chose, as JSON and back."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

MOST_BANDWIDTH = 1_000_000  # MiB/s
MOST_DOWNTIME = 2_000_000  # ms, QEMU's own limit
MOST_STREAMS = 255


@dataclass(frozen=True, slots=True)
class Options:
    """The wish for one migration.

    `copy_disks` names the disks (by target, "vda") that are copied because the target host does not
    see them; `pools` says into which pool there, by the name of the pool here. `bandwidth` is
    MiB/s, None without a limit. `parallel` is the number of streams, None for one.
    `unsafe_declared_shared` says that libvirt's own doubt about shared disks is overruled, because
    an administrator declared their pool shared; `delete_source_disks` that the copied disks go from
    the source once the machine is known to be at the target. A machine that is off is moved by its
    definition.
    """

    live: bool = True
    copy_disks: tuple[str, ...] = ()
    pools: Mapping[str, str] = field(default_factory=dict)
    bandwidth: int | None = None
    max_downtime_ms: int | None = None
    auto_converge: bool = True
    compress: bool = False
    post_copy_allowed: bool = False
    persistent: bool = True
    undefine_source: bool = True
    tunnelled: bool = False
    tls: bool = False
    parallel: int | None = None
    unsafe_declared_shared: bool = False
    delete_source_disks: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return them as JSON."""
        return {**asdict(self), "copy_disks": list(self.copy_disks), "pools": dict(self.pools)}

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> "Options":
        """Return what `as_json` made; what is missing has its usual value."""
        known = {one.name for one in fields(cls)}
        values = {name: value for name, value in stored.items() if name in known}
        if "copy_disks" in values:
            values["copy_disks"] = tuple(values["copy_disks"])
        return cls(**values)
