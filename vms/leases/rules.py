"""When is somebody told that a machine ends, and when is it stopped?"""

from datetime import datetime, timedelta

from vms.models import VM

FIRST_REMINDER = timedelta(days=7)  # before the end
LAST_REMINDER = timedelta(days=1)
NOTICE = timedelta(hours=1)  # between the last word and the stop, also after a downtime of ours
FORCE_AFTER = timedelta(minutes=10)  # a guest that does not shut down is switched off


def has_ended(vm: VM, now: datetime) -> bool:
    """Say whether the machine's time is over."""
    return vm.ends_at is not None and vm.ends_at <= now


def reminder_is_due(vm: VM, now: datetime) -> bool:
    """Say whether somebody has to be told of the end now."""
    if vm.ends_at is None or now < vm.ends_at - FIRST_REMINDER:
        return False
    if vm.reminded_at is None:
        return True
    last = vm.ends_at - LAST_REMINDER
    return vm.reminded_at < last <= now


def stop_is_due(vm: VM, now: datetime) -> bool:
    """Say whether the machine is to be stopped: it has ended, and somebody knew for an hour."""
    return has_ended(vm, now) and vm.reminded_at is not None and vm.reminded_at <= now - NOTICE
