"""The first page of somebody who keeps no house: their machine, or the few, and nothing else.

Administrators, auditors and who manages a team get the overview; so does who has many machines.
"""

from decimal import Decimal

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.views.decorators.http import require_GET

from accounts.access import Capability, requires, role_is, sees_everything
from accounts.in_teams import teams_where
from accounts.models import Grant, Membership, Team, User
from accounts.requests import SignedInRequest
from catalogue.models import Size
from catalogue.services import find_size
from quotas.services import PERSON, preview
from usage.reports import CENT, read_month, report
from vms.access import get_vm, list_vms
from vms.busy import attach_jobs
from vms.forms import CreateForm
from vms.models import VM, VMQuerySet
from vms.views.creation import Creation
from vms.views.machine import Machine
from vms.views.quota import QuotaRow

FEW = 6
MOST_MANAGERS = 5


class OwnMachine(Machine):
    """A machine as its person sees it first."""

    @cached_property
    def size(self) -> Size | None:
        """The size of the catalogue that it has, while there is one."""
        return find_size(self.vm.size) if self.vm.size else None

    @property
    def ssh(self) -> str:
        """The line that opens a shell on it, where one can be had."""
        can_be = self.is_on and self.vm.address and "microsoft" not in self.vm.os_id
        return f"ssh {self.vm.address}" if can_be else ""

    @property
    def price(self) -> Decimal:
        """What an hour costs."""
        return self.size.price_per_hour.normalize() if self.size else Decimal(0)

    @cached_property
    def cost(self) -> Decimal:
        """What it has cost this month."""
        if self.vm.owner_id != self.user.pk:
            return Decimal(0)
        lines = report(self.user, self.vm.team, read_month("")).lines
        mine = (line.cost for line in lines if line.vm_id == self.vm.pk)
        return sum(mine, Decimal(0)).quantize(CENT)


class Calm:
    """What `user` has: `machines` of their own, or shared with them."""

    def __init__(self, user: User, machines: list[VM], others: int, *, are_own: bool) -> None:
        self.user = user
        self.machines = [OwnMachine(user, vm) for vm in machines]
        self.others = others  # machines of their teams that are not shown here
        self.are_own = are_own  # otherwise they are their teams'

    @property
    def name(self) -> str:
        """How the person is called."""
        return self.user.first_name or self.user.username

    @property
    def only(self) -> OwnMachine | None:
        """The machine, where there is just one."""
        return self.machines[0] if len(self.machines) == 1 else None

    @cached_property
    def creation(self) -> Creation:
        """A new machine as it would be offered."""
        return Creation(self.user, CreateForm(self.user), "")

    @cached_property
    def can_create(self) -> bool:
        """Whether there is a team, or the person, for whom one may be made."""
        return bool(self.creation.teams)

    @cached_property
    def quotas(self) -> list[tuple[Team | None, list[QuotaRow]]]:
        """What is left, team by team; the person's own limits where there are any."""
        teams = list(dict.fromkeys(machine.vm.team for machine in self.machines))
        if not teams and self.can_create:
            teams = [self.creation.team]
        rows = ((team, self._rows(team)) for team in teams)
        return [(team, found) for team, found in rows if found]

    def _rows(self, team: Team | None) -> list[QuotaRow]:
        if team is not None and not self._is_in(team):
            return []
        lines = preview(team, self.user, {})
        own = [line for line in lines if line.scope == PERSON]
        return [QuotaRow.of(line) for line in own or lines]

    def _is_in(self, team: Team) -> bool:
        return Membership.objects.filter(team=team, user=self.user).exists()

    @cached_property
    def managers(self) -> list[User]:
        """Whom to ask for a machine: who manages the person's teams."""
        mine = Membership.objects.filter(user=self.user).values("team")
        manage = Membership.objects.filter(role_is(Capability.TEAM_MANAGE), team__in=mine)
        people = User.objects.filter(pk__in=manage.values("user"), is_active=True)
        return list(people.order_by("username")[:MOST_MANAGERS])


def calm_for(user: User) -> Calm | None:
    """Return the calm page of `user`, None for whom the overview is made."""
    if not keeps_no_house(user):
        return None
    seen = list_vms(user).in_scope(user).filter(recycled_at=None)
    mine = own_of(user, seen)
    total, count = seen.count(), mine.count()
    nothing = Calm(user, [], total, are_own=True)
    if count == 0 and (total == 0 or nothing.can_create):
        return nothing
    shown, number = (mine, count) if count else (seen, total)
    if number > FEW:
        return None
    machines = attach_jobs(shown.order_by("name", "pk"))
    return Calm(user, machines, total - number, are_own=bool(count))


def keeps_no_house(user: User) -> bool:
    """Say whether `user` looks after nobody's machines but their own."""
    if sees_everything(user):
        return False
    kept = (Capability.TEAM_MANAGE, Capability.REQUEST_DECIDE)
    return not any(teams_where(user, capability).exists() for capability in kept)


def own_of(user: User, machines: VMQuerySet) -> VMQuerySet:
    """Return those of `machines` that are the person's, or were shared with them one by one."""
    granted = Grant.objects.filter(user=user, kind="vm").values("object_id")
    return machines.filter(Q(owner=user) | Q(pk__in=granted))


@requires(Capability.VM_VIEW)
@require_GET
def card(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one machine of the first page anew, after something of it changed."""
    vm = get_vm(request.user, pk, Capability.VM_VIEW)
    context = {"machine": OwnMachine(request.user, vm), "vm": vm}
    return render(request, "overview/_own.html", context | {"alone": "alone" in request.GET})
