"""Work on many machines: which ones were chosen, and what came of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from accounts.models import User
from vms.access import list_vms
from vms.busy import attach_jobs
from vms.filters import MachineFilter, matching
from vms.models import VM
from vms.rules import VERBS, Refusal
from vms.services.bulk import MOST, BulkResult, request_bulk
from vms.services.labels import set_tags


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request on many machines."""

    action: str
    verb: str | Promise
    results: Sequence[BulkResult]

    @property
    def done(self) -> list[BulkResult]:
        """The machines with which it begins or is done."""
        return [result for result in self.results if result.refusal is None]

    @property
    def refused(self) -> list[BulkResult]:
        """The machines with which it cannot be done, each with the reason."""
        return [result for result in self.results if result.refusal is not None]


def run(user: User, posted: QueryDict) -> Outcome:
    """Ask for the posted action on each chosen machine."""
    machines = chosen(user, posted)
    action = posted.get("action", "")
    if action == "tag":
        tag = posted.get("tag", "")
        return Outcome(action, _("Tag"), [_add_tag(vm, tag, user) for vm in machines])
    results = request_bulk(machines, action, user)
    return Outcome(action, VERBS[action], results)


def chosen(user: User, posted: QueryDict) -> list[VM]:
    """Return the machines that were ticked, or all that the list's filters find."""
    machines = list_vms(user)
    if posted.get("all"):
        found = matching(user, MachineFilter.of(posted.get("query", "").lstrip("?")))
        machines = machines.filter(pk__in=found.values("pk"))
    else:
        ids = [int(word) for word in posted.getlist("ids") if word.isdecimal()]
        machines = machines.filter(pk__in=ids[: MOST + 1])
    return attach_jobs(machines.order_by("name", "pk")[: MOST + 1])


def _add_tag(vm: VM, tag: str, user: User) -> BulkResult:
    names = {*vm.tags.values_list("name", flat=True), tag}
    try:
        set_tags(vm, names, user)
    except ActionRefused as error:
        return BulkResult(vm, None, Refusal(error.message, error.code, error.status))
    except PermissionDenied:
        message = _("You may not change %(name)s.") % {"name": vm.name}
        return BulkResult(vm, None, Refusal(message, "forbidden", 403))
    return BulkResult(vm, None, None)
