"""Steer a migration that is under way. The worker that watches it does what is noted here."""

from accounts.models import User
from migration.models import Migration


def tune(
    migration: Migration,
    by: User,
    *,
    bandwidth: int | None = None,
    max_downtime_ms: int | None = None,
) -> None:
    """Change the limit of the rate (MiB/s) or the longest pause (ms) while it runs."""
    raise NotImplementedError


def request_post_copy(migration: Migration, by: User) -> None:
    """Let the guest go on at the target at once; from then on there is no way back."""
    raise NotImplementedError


def request_pause(migration: Migration, by: User) -> None:
    """Pause the guest so that the rest is copied; it goes on at the target."""
    raise NotImplementedError
