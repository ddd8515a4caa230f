"""Tell people once of their idle machines: one notice for all that fell idle since the last."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.models import User
from jobs.notices import notify
from vms.models import VM

from .rules import days, idle_condition

MOST_NAMED = 5


def tell(now: datetime) -> None:
    """Tell each person of machines of theirs that fell idle and of which they do not know yet."""
    new = VM.objects.kept().filter(idle_condition(now), is_made=True, owner__isnull=False)
    new = new.filter(Q(idle_told_at=None) | Q(idle_told_at__lt=F("quiet_since")))
    found: dict[int, list[VM]] = {}
    for vm in new.select_related("owner").only("pk", "name", "owner").order_by("name"):
        found.setdefault(vm.owner_id or 0, []).append(vm)
    for machines in found.values():
        _tell(machines, now)


def _tell(machines: list[VM], now: datetime) -> None:
    person = machines[0].owner
    assert isinstance(person, User)
    ids = [vm.pk for vm in machines]
    with transaction.atomic():
        held = VM.objects.select_for_update().filter(idle_condition(now), pk__in=ids)
        fresh = held.filter(Q(idle_told_at=None) | Q(idle_told_at__lt=F("quiet_since")))
        mine = set(fresh.values_list("pk", flat=True))
        if not mine:
            return
        VM.objects.filter(pk__in=mine).update(idle_told_at=now)
        names = [vm.name for vm in machines if vm.pk in mine]
        shown = ", ".join(names[:MOST_NAMED]) + ("…" if len(names) > MOST_NAMED else "")
        words = {"count": len(names), "days": days(), "names": shown}
        notify(
            users=[person],
            subject=ngettext(
                "%(count)d machine of yours seems idle",
                "%(count)d machines of yours seem idle",
                len(names),
            )
            % words,
            text=ngettext(
                "No use was seen for %(days)d day: %(names)s. Delete what you do not need.",
                "No use was seen for %(days)d days: %(names)s. Delete what you do not need.",
                days(),
            )
            % words,
            url=f"{reverse('vms:list')}?owner=me&use=idle",
            kind="idle",
        )
