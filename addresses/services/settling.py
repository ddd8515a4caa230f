"""What becomes of the addresses of machines that are gone? Their networks let them go."""

from datetime import datetime, timedelta

from django.db.models import F, Q

from accounts.access import ActionRefused
from addresses.models import Address
from hosts.models import HostState
from jobs.models import Job
from jobs.services import active_jobs_of, create_job

TRY_AGAIN = timedelta(minutes=30)


def settle(now: datetime) -> None:
    """Ask for the end of each address whose machine went, or lives on another host now."""
    elsewhere = Q(vm__isnull=False) & ~Q(vm__host=F("network__host"))
    left = Address.objects.filter(Q(vm=None) | elsewhere).select_related("network__host")
    left = left.exclude(network__host__state=HostState.UNREACHABLE)
    rows = list(left)
    busy = active_jobs_of("address", [row.pk for row in rows])
    tried = set(
        Job.objects.filter(
            kind="address.release",
            target_kind="address",
            target_id__in=[row.pk for row in rows],
            created_at__gt=now - TRY_AGAIN,
        ).values_list("target_id", flat=True)
    )
    for row in rows:
        if row.pk not in busy and row.pk not in tried:
            _ask(row)


def _ask(row: Address) -> None:
    try:
        create_job(
            "address.release",
            target_kind="address",
            target_id=row.pk,
            target_name=row.address,
            host_id=row.network.host_id,
            actor=None,
            params={"address": row.pk, "ip": row.address, "mac": row.mac},
        )
    except ActionRefused:
        return  # another round asked first
