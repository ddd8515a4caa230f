"""How many addresses are kept? One that is being asked of a host counts."""

from quotas import counters
from quotas.models import Resource

from .models import Address


def _addresses(team_id: int | None, user_id: int | None) -> int:
    found = Address.objects.standing().filter(vm__isnull=False, vm__team=team_id)
    return (found if user_id is None else found.filter(vm__owner=user_id)).count()


counters.register(Resource.ADDRESSES, _addresses)
