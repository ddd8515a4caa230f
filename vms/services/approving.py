"""Which wishes have to be agreed to by somebody who decides in the team?"""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, allows, is_admin
from accounts.models import Team, User
from vms.models import VM

from .wishes import Wish, needs_approval


class NeedsApproval(ActionRefused):
    """Nothing is forbidden, but somebody has to agree first: ask, and it may be done."""

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message, code="needs-approval", status=422, fields=dict(fields or {}))


def decides(by: User, team: Team | None) -> bool:
    """Say whether `by` would decide about their own wish anyway."""
    if is_admin(by):
        return True
    return team is not None and allows(by, Capability.REQUEST_DECIDE, team)


def why_creation_waits(wish: Wish, by: User, team: Team | None) -> str:
    """Return why somebody has to agree to this machine, "" when nobody has to."""
    if decides(by, team):
        return ""
    if needs_approval(wish, by, team):
        return _("A machine of this size needs approval.")
    if team is not None and team.approves_creation:
        return _("New machines of %(team)s need approval.") % {"team": team.name}
    return ""


def refuse_unapproved_creation(wish: Wish, by: User, team: Team | None) -> None:
    """Raise NeedsApproval for a machine that somebody has to agree to."""
    if reason := why_creation_waits(wish, by, team):
        raise NeedsApproval(reason)


def why_deletion_waits(vm: VM, by: User) -> str:
    """Return why somebody has to agree to this deletion, "" when nobody has to."""
    team = vm.team
    if team is not None and team.approves_deletion and not decides(by, team):
        return _("Deleting machines of %(team)s needs approval.") % {"team": team.name}
    return ""


def refuse_unapproved_deletion(vm: VM, by: User) -> None:
    """Raise NeedsApproval for a deletion that somebody has to agree to."""
    if reason := why_deletion_waits(vm, by):
        raise NeedsApproval(reason)
