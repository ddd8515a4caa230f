"""May a migration begin now? So many at once for each host, out of it and into it; others wait."""

from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from hosts.models import Host
from jobs.models import Job
from jobs.sending import send_queued

from .models import Migration, Outcome, Phase

KIND = "vm.migrate"
BEGUN = "begun"  # in the job's result once the hosts were asked
CARRIED = "carried"  # in the job's result: the disks that were made at the target from here
FULL = gettext_noop("Waits for another migration")


def waits(job: Job) -> str:
    """Return why the job waits; "" takes the place for it, in the transaction of its claim."""
    row = Migration.objects.filter(pk=job.params.get("migration", 0)).first()
    if row is None or row.source_id is None or row.target_id is None:
        return ""
    ends = [row.source_id, row.target_id]
    list(Host.objects.select_for_update().filter(pk__in=ends).order_by("pk").values("pk"))
    others = Migration.objects.under_way().exclude(pk=row.pk)
    for host in ends:
        taken = others.filter(Q(source=host) | Q(target=host)).count()
        if taken >= settings.MIGRATIONS_AT_ONCE:
            return FULL
    Migration.objects.filter(pk=row.pk).update(started_at=timezone.now(), phase=Phase.PREPARING)
    return ""


def changed(job: Job) -> None:
    """Close the row of a migration whose job ended without it; let those begin that wait."""
    if job.is_active:
        return
    rows = Migration.objects.filter(pk=job.params.get("migration", 0), outcome=Outcome.NONE)
    # It may have gone on without us, or left copies there: both hosts are to be asked.
    if job.result.get(BEGUN) or job.result.get(CARRIED):
        rows.update(phase=Phase.SETTLING, outcome=Outcome.UNDETERMINED)
    else:
        rows.update(phase=Phase.ENDED, outcome=Outcome.STAYED, ended_at=timezone.now())
    transaction.on_commit(partial(send_queued, KIND))


def unstoppable(job: Job) -> str:
    """Return why a running migration cannot be cancelled now, "" where it can."""
    row = Migration.objects.filter(pk=job.params.get("migration", 0)).first()
    if row is not None and row.phase == Phase.POST_COPY:
        return _("The machine runs at the target already: there is no way back.")
    return ""
