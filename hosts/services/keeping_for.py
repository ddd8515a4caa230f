"""Say for which teams a host is kept; for none it is open to everybody."""

from collections.abc import Iterable

from django.db import transaction

from accounts.access import Capability, require
from accounts.models import Team, User
from hosts.facts import announce_inventory
from hosts.models import Host
from jobs import audit


def keep_for(host: Host, teams: Iterable[Team], by: User) -> None:
    """Let only machines of these teams come to the host from now on; what is there stays."""
    require(by, Capability.HOST_MANAGE)
    wanted = list(teams)
    with transaction.atomic():
        before = sorted(host.kept_for.values_list("slug", flat=True))
        host.kept_for.set(wanted)
        audit.record(
            by,
            "host.teams",
            target_kind="host",
            target_id=host.pk,
            target_name=host.name,
            outcome="done",
            detail={"before": before, "after": sorted(team.slug for team in wanted)},
        )
        announce_inventory(host)
