"""Ask for another medium in a machine's CD drive, or for none."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from accounts.models import User
from jobs.models import Job
from vms.medium.choices import drives_of, media_for, why_no_drive
from vms.models import VM

from .asking import ask
from .refusing import refuse_field


@dataclass(frozen=True, slots=True)
class MediumWish:
    """What goes into which drive.

    `source` is "iso:<pool>/<volume>", or "" to take out what is in. `target` "" is the first drive.
    `force` opens a drive that the guest has locked.
    """

    source: str
    target: str = ""
    force: bool = False


def request_medium(vm: VM, wish: MediumWish, by: User, *, idempotency_key: str = "") -> Job:
    """Ask for a change of the medium, at once and for the next start.

    Raises PermissionDenied, or ActionRefused: 400 for a medium or drive that is not there,
    409 where the machine has no drive and runs.
    """
    drives = [drive.target for drive in drives_of(vm)]
    iso = next((iso for iso in media_for(by, vm) if iso.key == wish.source), None)
    if wish.source and iso is None:
        raise refuse_field("source", _("There is no such medium on the machine's host."))
    if wish.target and wish.target not in drives:
        raise refuse_field("target", _("The machine has no such drive."))
    if reason := why_no_drive(vm):
        raise ActionRefused(reason, code="no-drive")
    if iso is None and not drives:
        raise ActionRefused(_("The machine has no CD drive."), code="no-drive")
    params = {
        "target": wish.target or (drives[0] if drives else ""),
        "iso": [iso.pool, iso.volume] if iso else None,
        "force": wish.force,
    }
    return ask(vm, "medium", by, params=params, idempotency_key=idempotency_key)
