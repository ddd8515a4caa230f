"""What stands against a migration: found out before anything starts, and once more right before."""

from typing import TYPE_CHECKING

from accounts.access import ActionRefused
from hosts.models import Host
from migration.options import Options
from vms.models import VM

if TYPE_CHECKING:
    from .findings import Finding


def blockers(vm: VM, target: Host, options: Options) -> list[str]:
    """Return why the machine cannot move there now, each in a sentence; empty where it can.

    Asks both hosts anew, so it runs on a worker. Raises VirtError kinds where one is away.
    """
    from .findings import Level, of_level
    from .words import sentence_of

    return [sentence_of(one) for one in of_level(found_now(vm, target, options), Level.BLOCKER)]


def refuse_blocked(vm: VM, target: Host, options: Options) -> None:
    """Raise ActionRefused with the code of the first blocker and the words of all, if any."""
    from .findings import Level, of_level
    from .words import sentence_of

    found = of_level(found_now(vm, target, options), Level.BLOCKER)
    if found:
        text = " ".join(sentence_of(one) for one in found)
        raise ActionRefused(text, code=found[0].code, status=422)


def found_now(vm: VM, target: Host, options: Options) -> list["Finding"]:
    """Return everything that is found just now, on a worker."""
    from .gathering import gather, read_here
    from .keeping import findings_of

    with read_here(vm) as here:
        return findings_of(gather(here, target, options), vm, target)
