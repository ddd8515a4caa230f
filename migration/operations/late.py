"""Settle by itself what was undetermined, as soon as both hosts answer."""

from django.db import transaction

from jobs import audit
from jobs.models import Job
from migration.models import Migration, Outcome
from migration.waiting import BEGUN, CARRIED

from .cleaning import clean
from .settling import find_truth, record

PATIENCE = 3.0


def settle_late() -> int:
    """Look at each undetermined migration once; return how many were settled."""
    rows = Migration.objects.unsettled().select_related("source", "target", "vm", "job")
    return sum(_settle(row) for row in rows.order_by("pk"))


def _made_by(job: Job | None) -> list[dict[str, str]]:
    """Return the disks that a migration has made at its target: by the hosts, or from here."""
    if job is None:
        return []
    return list(job.result.get("made" if job.result.get(BEGUN) else CARRIED, []))


def _settle(row: Migration) -> bool:
    truth = find_truth(row, patience=PATIENCE)
    if truth.outcome is Outcome.UNDETERMINED:
        return False
    record(row, truth)
    clean(row, truth, _made_by(row.job))
    with transaction.atomic():
        audit.record(
            None,
            "vm.migrate.settled",
            target_kind="vm",
            target_id=row.vm_id,
            target_name=row.vm_name,
            outcome="done",
            detail={"migration": row.pk, "outcome": row.outcome},
        )
    return True
