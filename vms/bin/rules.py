"""How long does a machine stay in the recycle bin, and what comes when? Pure but for the team."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import Team
from vms.models import VM

Due = Callable[[VM, datetime], bool]
LAST_WORD = timedelta(days=1)  # between the last notice and the deletion, always


def days_in(team: Team | None) -> int:
    """Return how many days machines stay in the bin; 0 where there is none."""
    return int(settings.BIN_DAYS) if team is None else team.bin_days


def days_after_end(team: Team | None) -> int | None:
    """Return how many days after their end machines go into the bin; None is never."""
    if days_in(team) == 0:
        return None
    return int(settings.ENDED_DAYS) if team is None else team.ended_days


def has_bin(vm: VM) -> bool:
    """Say whether deleting the machine puts it into the bin first."""
    return days_in(vm.team) > 0 and vm.is_persistent and not vm.is_in_bin


def until(vm: VM) -> datetime | None:
    """Return when a machine in the bin is deleted; None where nothing is deleted by itself."""
    days = days_in(vm.team)
    if vm.recycled_at is None or days == 0 or vm.is_protected:
        return None
    return vm.recycled_at + timedelta(days=days)


def last_word_is_due(vm: VM, now: datetime) -> bool:
    """Say whether somebody has to be told now that the machine is deleted soon."""
    end = until(vm)
    if end is None or now < end - LAST_WORD:
        return False
    return vm.reminded_at is None or vm.reminded_at < end - LAST_WORD


def deletion_is_due(vm: VM, now: datetime) -> bool:
    """Say whether the machine is to be deleted: its days are over, and somebody knew for a day."""
    end = until(vm)
    if end is None or now < end or last_word_is_due(vm, now):
        return False
    return vm.reminded_at is not None and vm.reminded_at <= now - LAST_WORD


def binning_is_due(vm: VM, now: datetime) -> bool:
    """Say whether a machine goes into the bin because it ended so many days ago.

    The days are counted anew from the last word, so that one that came out of the bin stays out
    for as long.
    """
    days = days_after_end(vm.team)
    if days is None or vm.is_protected or vm.is_on or vm.ends_at is None or vm.is_in_bin:
        return False
    since = now - timedelta(days=days)
    return vm.ends_at <= since and vm.reminded_at is not None and vm.reminded_at <= since
