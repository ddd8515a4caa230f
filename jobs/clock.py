"""The database's clock: leases are compared where they are kept, never by a machine's own time."""

from datetime import timedelta

from django.conf import settings
from django.db.models import DateTimeField, Expression, ExpressionWrapper
from django.db.models.functions import Now


def lease_seconds() -> float:
    """Return how long a claim holds without a heartbeat (JOB_LEASE, 30 seconds)."""
    return float(getattr(settings, "JOB_LEASE", 30.0))


def heartbeat_seconds() -> float:
    """Return how often a claim is renewed: three times in a lease."""
    return lease_seconds() / 3


def from_now(seconds: float) -> Expression:
    """Return the database time `seconds` from now; negative for the past."""
    shifted = Now() + timedelta(seconds=seconds)
    return ExpressionWrapper(shifted, output_field=DateTimeField())
