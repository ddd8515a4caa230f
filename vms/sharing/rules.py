"""Who may share a machine, with whom, and as what at most?"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import ActionRefused, allows, grants_of, unexpired
from accounts.capabilities import OWN
from accounts.models import Grant, Membership, Role, User
from accounts.roles import capabilities_of, role_names
from vms.models import VM
from vms.services.refusing import refuse_field

KIND = "vm"
NOBODY = gettext_lazy("Nobody here has this user name or mail address.")
SEVERAL = gettext_lazy("Several people have this mail address. Name the user instead.")
MEANINGS: dict[str, str | Promise] = {
    Role.VIEWER: gettext_lazy("look only"),
    Role.OPERATOR: gettext_lazy("start, stop and use the console"),
    Role.MEMBER: gettext_lazy("change it as well"),
    Role.OWNER: gettext_lazy("everything, also delete and share it"),
}


def rights_of(role: str) -> frozenset[str]:
    """Return what `role` allows on one machine."""
    return capabilities_of(role) & frozenset(str(one) for one in OWN)


def rights_on(vm: VM, by: User) -> frozenset[str]:
    """Return what `by` may do with the machine."""
    return frozenset(str(one) for one in OWN if allows(by, one, vm))


def roles_for(vm: VM, by: User) -> dict[str, str]:
    """Return the roles that `by` may give on the machine, by key: none that may do more."""
    held = rights_on(vm, by)
    return {key: name for key, name in role_names().items() if rights_of(key) <= held}


def check_role(vm: VM, role: str, by: User) -> None:
    """Raise ActionRefused unless `role` exists and may do no more than `by` may."""
    if role not in role_names():
        raise refuse_field("role", _("There is no such role."))
    if not rights_of(role) <= rights_on(vm, by):
        message = _("You cannot give a role that may do more than you.")
        raise ActionRefused(message, code="role-above", status=403, fields={"role": message})


def check_until(until: datetime | None) -> None:
    """Raise ActionRefused for an end that is past."""
    if until is not None and until <= timezone.now():
        raise refuse_field("until", _("Choose a day in the future."))


def check_person(vm: VM, person: User, role: str, by: User) -> None:
    """Raise ActionRefused for somebody to whom the role would give nothing."""
    if person == by:
        raise refuse_field("person", _("You have this machine already."))
    if not person.is_active or person.is_service:
        raise refuse_field("person", str(NOBODY))
    if person.pk == vm.owner_id or rights_of(role) <= rights_on(vm, person):
        words = _("%(name)s may do that already.") % {"name": person.display_name}
        raise refuse_field("person", words)


def find_person(text: str) -> User:
    """Return the person with exactly this user name or mail address.

    Part of a name finds nobody, so that nobody is read out of the answers. Raises ActionRefused.
    """
    wanted = text.strip()
    people = User.objects.filter(is_active=True, service_team=None)
    named = list(people.filter(username=wanted) or people.filter(username__iexact=wanted)[:2])
    if len(named) == 1:
        return named[0]
    found = list(people.filter(email__iexact=wanted)[:2]) if "@" in wanted else []
    if len(found) == 1:
        return found[0]
    raise refuse_field("person", str(SEVERAL if found else NOBODY))


def known_to(by: User) -> list[User]:
    """Return whom `by` meets in teams anyway, to be offered by name."""
    mine = Membership.objects.filter(user=by).values("team")
    theirs = Membership.objects.filter(team__in=mine).values("user")
    people = User.objects.filter(pk__in=theirs, is_active=True, service_team=None)
    return list(people.exclude(pk=by.pk).order_by("username")[:200])


def grants_on(vm: VM) -> QuerySet[Grant]:
    """Return what is granted on the machine now, by name of person."""
    rows = Grant.objects.filter(unexpired(), kind=KIND, object_id=vm.pk, user__is_active=True)
    return rows.select_related("user", "granted_by").order_by("user__username")


def own_grant(vm: VM, user: User) -> Grant | None:
    """Return what `user` was given on the machine."""
    return grants_of(user, KIND).filter(object_id=vm.pk).select_related("granted_by").first()


def in_strict_teams(people: Iterable[int]) -> set[int]:
    """Return those of `people` who use a machine of a team that asks for a second factor."""
    strict = VM.objects.filter(team__needs_second_factor=True).values("pk")
    rows = Grant.objects.filter(unexpired(), kind=KIND, user__in=people, object_id__in=strict)
    return set(rows.values_list("user", flat=True))
