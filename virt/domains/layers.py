"""How are the layers behind a running domain's disk merged: libvirt's block commit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import libvirt

from virt.calls.bounded import run_within
from virt.domain import Domain
from virt.xml.document import parse
from virt.xml.read import attr

Answer = TypeVar("Answer")
SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class MergeProgress:
    """Tell how far a merge is, in bytes; ``is_ready`` is when only the change-over is left."""

    is_active: bool
    done: int = 0
    total: int = 0
    is_ready: bool = False

    @property
    def percent(self) -> float | None:
        """Return how much is merged, 0 to 100."""
        return min(100.0, 100.0 * self.done / self.total) if self.total else None


def _ask(domain: Domain, work: Callable[[Any], Answer]) -> Answer:
    def act() -> Answer:
        with domain.raw() as raw:
            return work(raw)

    return run_within(SECONDS, act, given_up=domain.left_behind)


def merge(domain: Domain, target: str, *, base: str, top: str, is_active: bool) -> None:
    """Begin to write the layer ``top`` into ``base``, the one beneath it.

    With ``is_active`` top is what the guest writes to: then ``change_over`` ends it. libvirt
    deletes neither file.
    """
    flags = libvirt.VIR_DOMAIN_BLOCK_COMMIT_ACTIVE if is_active else 0
    _ask(domain, lambda raw: raw.blockCommit(target, base, top, 0, flags))


def progress(domain: Domain, target: str) -> MergeProgress:
    """Tell how far the merge on this disk is."""

    def look(raw: Any) -> MergeProgress:
        said = raw.blockJobInfo(target, 0)
        if not said:
            return MergeProgress(False)
        done, total = int(said.get("cur", 0)), int(said.get("end", 0))
        return MergeProgress(True, done, total, _is_ready(raw.XMLDesc(0), target))

    return _ask(domain, look)


def _is_ready(xml: str, target: str) -> bool:
    for disk in parse(xml).findall("devices/disk"):
        mirror = disk.find("mirror")
        if attr(disk, "target", "dev") == target and mirror is not None:
            return str(mirror.get("ready")) == "yes"
    return False


def change_over(domain: Domain, target: str) -> None:
    """Let the guest write to the base from now on, which holds everything by then."""
    pivot = libvirt.VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT
    _ask(domain, lambda raw: raw.blockJobAbort(target, pivot))


def stop(domain: Domain, target: str) -> None:
    """Break a merge off; the layers are as good as before."""
    _ask(domain, lambda raw: raw.blockJobAbort(target, 0))
