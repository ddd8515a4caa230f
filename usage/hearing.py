"""Settle at once where a machine starts, stops or goes; the beat does the rest."""

from collections.abc import Collection
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from vms.above.signals import states_changed
from vms.models import VM

from .settling import close_gone, settle


@receiver(states_changed)
def machines_changed(ids: Collection[int], **_rest: Any) -> None:
    """Settle the machines once their change is committed."""
    transaction.on_commit(partial(settle, list(ids)), robust=True)


@receiver(pre_delete, sender=VM)
def machine_goes(instance: VM, **_rest: Any) -> None:
    """End what a deleted machine costs."""
    close_gone(instance)
