"""Steer a migration that is under way. The worker that watches it does what is noted here."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, require
from accounts.models import User
from jobs import audit
from migration.models import Migration, Phase
from migration.options import MOST_BANDWIDTH, MOST_DOWNTIME

RUNNING = frozenset({Phase.COPYING, Phase.SWITCHING})


def why_not_tune(migration: Migration) -> str:
    """Return why its limits cannot be changed now, "" where they can."""
    if migration.phase not in RUNNING:
        return _("Nothing is being copied now.")
    if migration.options.get("was_off"):
        return _("The machine is off: only its definition moves.")
    return ""


def why_not_post_copy(migration: Migration) -> str:
    """Return why the machine cannot go on at the target before all is copied, "" where it can."""
    if not migration.wish.post_copy_allowed:
        return _("This has to be allowed before the migration starts.")
    if "post_copy" in migration.controls:
        return _("This was asked for already.")
    return why_not_tune(migration)


def why_not_pause(migration: Migration) -> str:
    """Return why the machine cannot be paused for the rest, "" where it can."""
    if "pause" in migration.controls:
        return _("This was asked for already.")
    return why_not_tune(migration)


# What libvirt cannot change once a migration runs.
FIXED = ("auto_converge", "compress", "parallel", "tls", "tunnelled")


def why_fixed() -> str:
    """Return why the other options cannot be changed now."""
    return _("libvirt sets this when a migration starts; it cannot be changed while it runs.")


def tune(
    migration: Migration,
    by: User,
    *,
    bandwidth: int | None = None,
    max_downtime_ms: int | None = None,
) -> None:
    """Change the limit of the rate (MiB/s) or the longest pause (ms) while it runs."""
    wishes = {"bandwidth": bandwidth, "max_downtime_ms": max_downtime_ms}
    bounds = {"bandwidth": MOST_BANDWIDTH, "max_downtime_ms": MOST_DOWNTIME}
    wanted = {name: value for name, value in wishes.items() if value is not None}
    for name, value in wanted.items():
        if not 1 <= value <= bounds[name]:
            text = _("A number from 1 to %(most)d is wanted here.") % {"most": bounds[name]}
            raise ActionRefused(text, code="invalid", status=400, fields={name: text})
    _wish(migration, by, why_not_tune(migration), wanted)


def request_post_copy(migration: Migration, by: User) -> None:
    """Let the guest go on at the target at once; from then on there is no way back."""
    _wish(migration, by, why_not_post_copy(migration), {"post_copy": True})


def request_pause(migration: Migration, by: User) -> None:
    """Pause the guest so that the rest is copied; it goes on at the target."""
    _wish(migration, by, why_not_pause(migration), {"pause": True})


def _wish(migration: Migration, by: User, reason: str, wanted: dict[str, Any]) -> None:
    """Note wishes with who has them. Raises PermissionDenied, or ActionRefused with `reason`."""
    require(by, Capability.VM_MIGRATE, migration.vm)
    if reason:
        raise ActionRefused(reason, code="wrong-state")
    with transaction.atomic():
        row = Migration.objects.select_for_update().get(pk=migration.pk)
        wishes = {name: {"value": value, "who": by.username} for name, value in wanted.items()}
        row.controls = {**row.controls, **wishes}
        row.save(update_fields=["controls"])
        audit.record(
            by,
            "vm.migrate.steer",
            target_kind="vm",
            target_id=row.vm_id,
            target_name=row.vm_name,
            outcome="done",
            detail={"migration": row.pk, **wanted},
        )
    migration.refresh_from_db(fields=["controls"])
