"""How many snapshots are there? One that waits or runs counts, and one taken outside too."""

from quotas import counters
from quotas.models import Resource

from .models import Snapshot


def _snapshots(team_id: int | None, user_id: int | None) -> int:
    found = Snapshot.objects.standing().filter(vm__team=team_id)
    return (found if user_id is None else found.filter(vm__owner=user_id)).count()


counters.register(Resource.SNAPSHOTS, _snapshots)
