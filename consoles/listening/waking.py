"""A machine that starts is listened to at once: what it writes first says most."""

from typing import Any

from django.db import transaction
from django.dispatch import receiver

from live.outbox import Outbox
from vms.above.signals import states_changed

from . import leases


def _deliver(_entries: list[None]) -> None:
    leases.wake()


_outbox: Outbox[None] = Outbox("listening", _deliver, limit=1)


@receiver(states_changed)
def machines_changed(**_what: Any) -> None:
    """Have the gateways look, once the change is committed; nobody waits for Redis here."""
    transaction.on_commit(_call)


def _call() -> None:
    _outbox.put([None])
