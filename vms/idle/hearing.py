"""Who did something with a machine? Heard from the record, so that no room has to tell it."""

from typing import Any

from django.dispatch import receiver

from jobs.audit import recorded
from vms.rules import POWER_ACTIONS

from .signs import CONSOLE, POWER, note_use

DEEDS = {f"vm.{action}": POWER for action in POWER_ACTIONS} | {
    "console.open": CONSOLE,
    "console.join": CONSOLE,
}


@receiver(recorded, dispatch_uid="vms.idle")
def heard(entry: Any, **_kwargs: Any) -> None:
    """Note the use that a line of the record tells of; nobody's own doing is none."""
    sign = DEEDS.get(entry.action)
    if sign is None or entry.target_id is None or entry.outcome not in {"asked", "done"}:
        return
    if entry.actor_id is not None or sign == CONSOLE:
        note_use([entry.target_id], sign, entry.at)
