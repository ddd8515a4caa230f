"""Take back a change of who is in a team, with everything that went with it."""

from datetime import datetime

from django.db import transaction

from accounts.access import Capability, require
from accounts.models import Grant, Team, User
from quotas.models import Limit
from vms.models import VM

from .leaving import Left
from .members import join
from .roles import check_may_give


def put_back(team: Team, user: User, left: Left, by: User) -> None:
    """Let `user` in again as they were; what others have taken meanwhile stays with those.

    Raises what letting somebody in raises: PermissionDenied, ActionRefused.
    """
    require(by, Capability.TEAM_MANAGE, team)
    check_may_give(by, team, left.role)
    with transaction.atomic():
        row = join(team, user, left.role, by)
        row.source = left.source
        row.save(update_fields=["source"])
        machines = VM.objects.filter(team=team)
        machines.filter(pk__in=left.machines, owner=None).update(owner=user)
        for resource, amount in left.limits.items():
            Limit.objects.get_or_create(
                team=team, user=user, resource=resource, defaults={"amount": amount}
            )
        still = set(machines.values_list("pk", flat=True))
        for pk, role, until in left.grants:
            if pk in still:
                end = datetime.fromisoformat(until) if until else None
                facts = {"role": role, "expires_at": end, "granted_by": by}
                Grant.objects.get_or_create(user=user, kind="vm", object_id=pk, defaults=facts)
