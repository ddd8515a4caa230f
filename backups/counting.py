"""How many backups are there? One that waits or runs counts."""

from quotas import counters
from quotas.models import Resource

from .models import Backup


def _backups(team_id: int | None, user_id: int | None) -> int:
    found = Backup.objects.standing().filter(team=team_id)
    return (found if user_id is None else found.filter(owner=user_id)).count()


counters.register(Resource.BACKUPS, _backups)
