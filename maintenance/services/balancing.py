"""Do what is proposed, on demand or by itself where an administrator has switched that on."""

from collections.abc import Collection

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, require
from accounts.models import User
from hosts.models import Host
from jobs import audit
from jobs.models import Job
from maintenance.loads import Advice
from maintenance.models import Balancing, Deed

from .beginning import Move, begin_moves

LOWEST, HIGHEST = 5, 90


def begin_balance(advice: Advice, by: User | None, wanted: Collection[int] | None = None) -> Job:
    """Begin a plan of the proposals, or of those for the machines `wanted`.

    Raises ActionRefused (409) when nothing of it is proposed any more, or a plan is under way.
    """
    chosen = [one for one in advice.proposals if wanted is None or one.guest.pk in wanted]
    hosts = Host.objects.in_bulk([one.target.pk for one in chosen])
    moves = [
        Move(advice.machines[one.guest.pk], Deed.MIGRATE, hosts.get(one.target.pk))
        for one in chosen
    ]
    return begin_moves(moves, by)


def switch(by: User, *, is_on: bool, threshold: int) -> Balancing:
    """Say whether proposals are done by themselves, and from which difference on."""
    require(by, Capability.HOST_MANAGE)
    if not LOWEST <= threshold <= HIGHEST:
        text = _("From %(low)d to %(high)d per cent.") % {"low": LOWEST, "high": HIGHEST}
        raise ActionRefused(text, code="invalid", status=400, fields={"threshold": text})
    rule = Balancing.get()
    rule.is_automatic, rule.threshold, rule.changed_by = is_on, threshold, by
    rule.save()
    detail = {"automatic": is_on, "threshold": threshold}
    audit.record(by, "balance.switch", outcome="done", detail=detail)
    return rule


def balance_by_itself() -> Job | None:
    """Begin a plan of one move, where that is switched on and something is proposed."""
    rule = Balancing.get()
    if not rule.is_automatic:
        return None
    Balancing.objects.filter(pk=rule.pk).update(looked_at=timezone.now())
    advice = Advice(rule)
    if not advice.proposals:
        return None
    try:
        return begin_balance(advice, None, [advice.proposals[0].guest.pk])
    except ActionRefused:  # a plan is under way; the next look is soon
        return None
