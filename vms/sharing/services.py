"""Share a machine with one person, change that, and take it away again."""

from datetime import datetime

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, allows, require
from accounts.models import Grant, User
from accounts.roles import role_names
from jobs import audit
from jobs.notices import notify
from vms.announcing import announce_change, announce_gone
from vms.models import VM
from vms.services.refusing import refuse_field

from . import rules

Terms = dict[str, str]


@transaction.atomic
def share(vm: VM, person: User, role: str, by: User, *, until: datetime | None = None) -> Grant:
    """Give `person` a role on the machine.

    Raises PermissionDenied, or ActionRefused: 400 with `fields` (person, role, until), 403
    role-above, 409 shared-already, 404 for a machine that has just gone.
    """
    require(by, Capability.VM_GRANT, vm)
    rules.check_role(vm, role, by)
    rules.check_until(until)
    _hold(vm)
    row = _row(vm, person)
    if row is not None and not _is_over(row):
        name = role_names().get(row.role, row.role)
        words = _("%(person)s is %(role)s of this machine already. Change that instead.")
        message = words % {"person": person.display_name, "role": name}
        raise ActionRefused(message, code="shared-already", fields={"person": message})
    rules.check_person(vm, person, role, by)
    row, _made = Grant.objects.update_or_create(
        user=person,
        kind=rules.KIND,
        object_id=vm.pk,
        defaults={
            "role": role,
            "expires_at": until,
            "granted_by": by,
            "created_at": timezone.now(),
        },
    )
    _record(vm, by, "vm.grant", person, None, _terms(row))
    _tell(vm, person, _("%(by)s shares %(vm)s with you"), by, _meaning(row))
    announce_change(vm)
    return row


@transaction.atomic
def change(vm: VM, person: User, role: str, by: User, *, until: datetime | None = None) -> Grant:
    """Give `person` other terms. Raises as `share` does; 404 where nothing is shared."""
    require(by, Capability.VM_GRANT, vm)
    row = _open_row(vm, person)
    rules.check_role(vm, row.role, by)
    rules.check_role(vm, role, by)
    if until != row.expires_at:
        rules.check_until(until)
    if person == by:
        raise refuse_field("role", _("You cannot change what you were given yourself."))
    before = _terms(row)
    row.role, row.expires_at, row.granted_by = role, until, by
    row.save(update_fields=["role", "expires_at", "granted_by"])
    if before != _terms(row):
        _record(vm, by, "vm.grant_change", person, before, _terms(row))
        _tell(vm, person, _("%(by)s changed what you may do with %(vm)s"), by, _meaning(row))
        announce_change(vm)
    return row


@transaction.atomic
def take_away(vm: VM, person: User, by: User) -> Grant:
    """End what `person` was given, and return it as it was; they may give it up themselves.

    Their open pages and consoles end within five seconds.
    """
    if person != by:
        require(by, Capability.VM_GRANT, vm)
    row = _open_row(vm, person)
    if person != by:
        rules.check_role(vm, row.role, by)
    Grant.objects.filter(pk=row.pk).delete()
    _record(vm, by, "vm.grant_remove", person, _terms(row), None)
    if person != by:
        _tell(vm, person, _("%(vm)s is no longer shared with you"), by)
    _let_go(vm, person)
    return row


def end_expired(now: datetime) -> None:
    """Forget what has run out by `now`, and say so; it opened nothing since it did."""
    for row in Grant.objects.filter(kind=rules.KIND, expires_at__lte=now).select_related("user"):
        vm = VM.objects.select_related("host", "team", "owner").filter(pk=row.object_id).first()
        with transaction.atomic():
            mine = Grant.objects.filter(pk=row.pk, expires_at=row.expires_at)
            if not mine.delete()[0] or vm is None:
                continue
            _record(vm, None, "vm.grant_end", row.user, _terms(row), None)
            _tell(vm, row.user, _("%(vm)s is no longer shared with you"), None)
            _let_go(vm, row.user)


@receiver(post_delete, sender=VM)
def forget(instance: VM, **_kwargs: object) -> None:
    """Delete what was granted on a machine that is no more."""
    Grant.objects.filter(kind=rules.KIND, object_id=instance.pk).delete()


def _hold(vm: VM) -> None:
    """Keep the machine from going meanwhile, and let one change in at a time."""
    rows = VM.objects.select_for_update(of=("self",), no_key=True)
    if rows.filter(pk=vm.pk).only("pk").first() is None:
        raise ActionRefused(_("The machine is no longer there."), code="not-found", status=404)


def _row(vm: VM, person: User) -> Grant | None:
    rows = Grant.objects.select_for_update(of=("self",))
    return rows.filter(user=person, kind=rules.KIND, object_id=vm.pk).first()


def _open_row(vm: VM, person: User) -> Grant:
    _hold(vm)
    row = _row(vm, person)
    if row is None or _is_over(row):
        words = _("%(vm)s is not shared with %(person)s.")
        message = words % {"vm": vm.name, "person": person.display_name}
        raise ActionRefused(message, code="not-found", status=404)
    return row


def _is_over(row: Grant) -> bool:
    return row.expires_at is not None and row.expires_at <= timezone.now()


def _let_go(vm: VM, person: User) -> None:
    """Take the machine off the pages of somebody who sees it no more."""
    announce_change(vm)
    if not allows(person, Capability.VM_VIEW, vm):
        announce_gone(vm, to=[f"user-{person.pk}"])


def _terms(row: Grant) -> Terms:
    until = row.expires_at.isoformat(timespec="minutes") if row.expires_at else ""
    return {"role": row.role, "until": until}


def _meaning(row: Grant) -> str:
    name = role_names().get(row.role, row.role)
    if row.expires_at is None:
        return _("You are %(role)s of it.") % {"role": name}
    day = date_format(timezone.localtime(row.expires_at), "j M Y H:i")
    return _("You are %(role)s of it until %(day)s.") % {"role": name, "day": day}


def _record(
    vm: VM, by: User | None, action: str, person: User, before: Terms | None, after: Terms | None
) -> None:
    audit.record(
        by, action, **vm.about, detail={"person": person.username, "before": before, "after": after}
    )


def _tell(vm: VM, person: User, subject: str, by: User | None, more: str = "") -> None:
    words = subject % {"by": by.display_name if by else "", "vm": vm.name}
    url = reverse("vms:detail", args=[vm.pk]) if more else ""
    notify(users=[person], subject=words, text=more or words, url=url, kind="team")
