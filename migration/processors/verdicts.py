"""Would a machine's processor be there on each of several hosts?"""

from collections.abc import Sequence

from virt.connection import Hypervisor
from virt.moving.compat import GuestFacts
from virt.moving.cpus import OF_THE_HOST, CpuFit, Wanted, cpu_fit

from .models import Verdict


def verdict_of(guest: GuestFacts, own: Hypervisor, others: Sequence[Hypervisor]) -> Verdict:
    """Compare the processor that the machine has, or has from its next start, with each host."""
    if not guest.is_active and guest.definition.cpu_mode in OF_THE_HOST:
        return Verdict.OWN
    wanted = Wanted(guest.is_active, guest.definition, guest.next_start)
    return worst([cpu_fit(own, other, wanted) for other in others])


def worst(fits: Sequence[CpuFit]) -> Verdict:
    """Return what holds for all hosts."""
    if all(fit.verdict in {"identical", "superset"} for fit in fits):
        return Verdict.FITS
    lacking = [fit for fit in fits if fit.verdict == "lacks"]
    if lacking and all(fit.next_fits for fit in lacking):
        return Verdict.NEXT_START
    return Verdict.LACKS if lacking else Verdict.UNKNOWN
