"""What does a member have in a team that goes when they go?"""

from dataclasses import asdict, dataclass, field
from typing import Any

from accounts.models import Grant, Membership
from quotas.models import Limit
from vms.models import VM


@dataclass(frozen=True, slots=True)
class Left:
    """What a member had in a team, as it is kept for an undo: nothing but JSON values."""

    role: str
    source: str = ""
    machines: list[int] = field(default_factory=list)
    limits: dict[str, int] = field(default_factory=dict)
    grants: list[list[Any]] = field(default_factory=list)  # machine, role, end

    def as_json(self) -> dict[str, Any]:
        """Return it for a session."""
        return asdict(self)


def left_by(row: Membership) -> Left:
    """Return what goes with a membership: person of which machines, own limits, grants."""
    machines = VM.objects.filter(team=row.team)
    grants = Grant.objects.filter(user=row.user, kind="vm", object_id__in=machines.values("pk"))
    limits = Limit.objects.filter(team=row.team, user=row.user)
    return Left(
        row.role,
        row.source,
        list(machines.filter(owner=row.user).values_list("pk", flat=True)),
        dict(limits.values_list("resource", "amount")),
        [
            [one.object_id, one.role, one.expires_at.isoformat() if one.expires_at else ""]
            for one in grants
        ],
    )
