"""What may or must be recorded, and for how long is it kept? The team's rules say."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from accounts.models import RecordingPolicy, Team
from vms.models import VM

__all__ = ["RecordingPolicy", "is_required", "kept_for", "policy_of", "required"]


def policy_of(vm: VM) -> str:
    """Return whether consoles of this machine are recorded: a value of RecordingPolicy."""
    return str(vm.team.console_recording if vm.team else settings.CONSOLE_RECORDING)


def is_required(vm: VM) -> bool:
    """Say whether no console of this machine opens unrecorded."""
    return policy_of(vm) == RecordingPolicy.ALWAYS


def required() -> Q:
    """Return the filter for machines whose consoles have to be recorded."""
    by_team = Q(team__console_recording=RecordingPolicy.ALWAYS)
    everywhere = settings.CONSOLE_RECORDING == RecordingPolicy.ALWAYS
    return by_team | Q(team=None) if everywhere else by_team


def kept_for(team: Team | None) -> timedelta | None:
    """Return how long after their end recordings are deleted; None for never."""
    days = team.recordings_days if team else settings.RECORDINGS_DAYS
    return timedelta(days=days) if days else None
