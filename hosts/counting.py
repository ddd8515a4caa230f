"""What of the quotas do own networks use?"""

from quotas import counters
from quotas.models import Resource

from .models import Network


def _networks(team_id: int | None, user_id: int | None) -> int:
    if team_id is None:
        return 0
    networks = Network.objects.filter(team=team_id)
    return (networks if user_id is None else networks.filter(owner=user_id)).count()


counters.register(Resource.NETWORKS, _networks)
