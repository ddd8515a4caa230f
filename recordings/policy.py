"""What may or must be recorded, and for how long is it kept? The team's rules say."""

from datetime import timedelta

from django.conf import settings

from accounts.models import RecordingPolicy, Team
from vms.models import VM

__all__ = ["RecordingPolicy", "is_required", "kept_for", "policy_of"]


def policy_of(vm: VM) -> str:
    """Return whether consoles of this machine are recorded: a value of RecordingPolicy."""
    return str(vm.team.console_recording if vm.team else settings.CONSOLE_RECORDING)


def is_required(vm: VM) -> bool:
    """Say whether no console of this machine opens unrecorded."""
    return policy_of(vm) == RecordingPolicy.ALWAYS


def kept_for(team: Team | None) -> timedelta | None:
    """Return how long after their end recordings are deleted; None for never."""
    days = team.recordings_days if team else settings.RECORDINGS_DAYS
    return timedelta(days=days) if days else None
