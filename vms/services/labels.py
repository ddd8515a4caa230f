"""Change what only Guesthouse knows of a machine: tags, description, protection, owner. No job."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import Capability, is_admin, require
from accounts.models import Team, User
from jobs.audit import record
from quotas.services import taking_over
from vms.announcing import announce_change, announce_gone
from vms.models import VM, Tag
from vms.names import MOST_TAGS, BadName, check_tag, check_text

from .refusing import refuse_field


@transaction.atomic
def set_tags(vm: VM, names: Iterable[str], by: User) -> list[str]:
    """Give the machine exactly these tags and return them. Tags nobody uses any more vanish."""
    require(by, Capability.VM_EDIT, vm)
    try:
        wanted = sorted({check_tag(name) for name in names}, key=str.casefold)
    except BadName as error:
        raise refuse_field("tags", str(error)) from error
    if len(wanted) > MOST_TAGS:
        raise refuse_field("tags", _("At most %(count)d tags.") % {"count": MOST_TAGS})
    Tag.objects.bulk_create([Tag(name=name) for name in wanted], ignore_conflicts=True)
    vm.tags.set(Tag.objects.filter(name__in=wanted))
    Tag.objects.filter(vms=None).delete()
    _note(vm, by, "vm.tag", tags=wanted)
    return wanted


@transaction.atomic
def set_description(vm: VM, text: str, by: User) -> None:
    """Describe the machine in free text."""
    require(by, Capability.VM_EDIT, vm)
    try:
        vm.description = check_text(text)
    except BadName as error:
        raise refuse_field("description", str(error)) from error
    vm.save(update_fields=["description"])
    _note(vm, by, "vm.describe")


@transaction.atomic
def set_protected(vm: VM, on: bool, by: User) -> None:
    """Protect the machine against deletion, or lift the protection."""
    require(by, Capability.VM_DELETE, vm)
    vm.is_protected = bool(on)
    vm.save(update_fields=["is_protected"])
    _note(vm, by, "vm.protect" if on else "vm.unprotect")


@transaction.atomic
def set_stays_on(vm: VM, on: bool, by: User) -> None:
    """Protect the machine against being stopped or interrupted by hand, or lift that."""
    require(by, Capability.VM_DELETE, vm)
    vm.stays_on = bool(on)
    vm.save(update_fields=["stays_on"])
    _note(vm, by, "vm.stay_on" if on else "vm.may_stop")


@transaction.atomic
def set_owner(vm: VM, owner: User | None, by: User, *, team: Team | None = None) -> None:
    """Hand the machine to a person, a team, both or nobody. Administrators only.

    Raises QuotaExceeded where the machine is more than they have left.
    """
    if not is_admin(by):
        raise PermissionDenied
    heard = vm.audiences
    with taking_over(team, owner):
        vm.owner = owner
        vm.team = team
        vm.save(update_fields=["owner", "team"])
    record(
        by,
        "vm.own",
        **vm.about,
        outcome="done",
        detail={"owner": owner.username if owner else "", "team": team.name if team else ""},
    )
    announce_change(vm)
    announce_gone(vm, to=set(heard) - set(vm.audiences))


def _note(vm: VM, by: User, action: str, **detail: object) -> None:
    record(by, action, **vm.about, outcome="done", detail=detail)
    announce_change(vm)
