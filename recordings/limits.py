"""How much may recordings take? One alone, those of a team or person together, and all."""

from django.conf import settings
from django.db.models import Q, Sum

from . import storage
from .models import Recording

MIB = 1024 * 1024


def most_each() -> int:
    """Return the bytes that one recording may have."""
    return int(settings.RECORDING_MIB) * MIB


def used(where: Q | None = None) -> int:
    """Return the bytes of recordings, of those that fit `where`."""
    found = Recording.objects.filter(where) if where is not None else Recording.objects.all()
    return int(found.aggregate(all=Sum("bytes"))["all"] or 0)


def why_full(team_id: int | None, owner_id: int | None) -> str:
    """Return which limit on all recordings together is reached: a key of REASONS, or ""."""
    try:
        if storage.free_bytes() < settings.RECORDINGS_FREE_MIB * MIB:
            return "disk"
    except OSError:  # it is not there, or may not be written
        return "disk"
    whose = Q(team=team_id) if team_id else Q(team=None, owner=owner_id)
    if used(whose) >= settings.RECORDINGS_TEAM_MIB * MIB:
        return "full-owner"
    if used() >= settings.RECORDINGS_MIB * MIB:
        return "full-site"
    return ""
