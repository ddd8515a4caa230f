"""Migrate many machines at once, from the list of machines: each gets its job or its reason."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import ActionRefused, Capability, allows, require
from accounts.models import User
from hosts.models import Host
from jobs.models import Job
from jobs.numbers import ids_in
from vms.models import VM
from vms.services.extras import Extra, register_extra

from .checks.asking import targets_for
from .checks.words import title_of
from .services.starting import start
from .views.offering import Offer

FIELD = "migrate_to"


def migrate_one(vm: VM, posted: Mapping[str, str], by: User) -> Job:
    """Ask for one machine to the chosen host, or to the one that suits it best."""
    require(by, Capability.VM_MIGRATE, vm)
    wanted = next(iter(ids_in([posted.get(FIELD, "")])), None)
    return start(vm, _best(vm, by) if wanted is None else _chosen(vm, wanted), by)


def _chosen(vm: VM, wanted: int) -> Host:
    found = [host for host in targets_for(vm) if host.pk == wanted]
    if found:
        return found[0]
    if vm.host_id == wanted:
        text = _("%(name)s is on %(host)s already.") % {"name": vm.name, "host": vm.host.name}
        raise ActionRefused(text, code="same-host")
    raise ActionRefused(_("There is no such host to which it could go."), code="invalid")


def _best(vm: VM, by: User) -> Host:
    choices = Offer(vm, by).choices
    if not choices:
        raise ActionRefused(_("There is no other host."), code="no-target")
    best = choices[0]
    if best.blockers:
        names = {"host": best.host.name, "reason": title_of(best.blockers[0])}
        text = _("No host fits. %(host)s: %(reason)s.") % names
        raise ActionRefused(text, code=best.blockers[0].code, status=422)
    return best.host


def _is_offered(user: User) -> bool:
    return allows(user, Capability.VM_MIGRATE) and Host.objects.count() > 1 and user.is_superuser


register_extra(
    Extra(
        name="migrate",
        verb=gettext_lazy("Migrate"),
        label=gettext_lazy("Migrate…"),
        icon="arrows-exchange",
        dialog="migration:bulk",
        do=migrate_one,
        is_offered=_is_offered,
    )
)
