"""What rooms above can do with many machines at once; each registers its own at start."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from accounts.models import User
from jobs.models import Job
from vms.models import VM
from vms.rules import Refusal

from .bulk import MOST, BulkResult
from .refusing import refuse_field

Do = Callable[[VM, Mapping[str, str], User], Job | None]


@dataclass(frozen=True, slots=True)
class Extra:
    """One action of another room: its name, its words, and how it is asked for one machine.

    `dialog` is the name of the page that asks for more; its fields belong to the form "bulk". `do`
    gets what was posted. `is_offered` says whether the reader sees it at all.
    """

    name: str
    verb: str | Promise
    label: str | Promise
    icon: str
    dialog: str
    do: Do
    is_offered: Callable[[User], bool]


EXTRAS: dict[str, Extra] = {}


def register_extra(extra: Extra) -> None:
    """Make an action known; called while the apps start."""
    EXTRAS[extra.name] = extra


def request_extra(
    vms: Sequence[VM], name: str, posted: Mapping[str, str], by: User
) -> list[BulkResult]:
    """Ask for it on each machine. Raises ActionRefused (400) for too many of them."""
    if len(vms) > MOST:
        raise refuse_field("ids", _("At most %(count)d machines at once.") % {"count": MOST})
    return [_one(vm, EXTRAS[name], posted, by) for vm in vms]


def _one(vm: VM, extra: Extra, posted: Mapping[str, str], by: User) -> BulkResult:
    try:
        return BulkResult(vm, extra.do(vm, posted, by), None)
    except ActionRefused as error:
        refusal = Refusal(error.message, error.code, error.status, error.extra)
        return BulkResult(vm, None, refusal)
    except PermissionDenied:
        message = _("You may not do this with %(name)s.") % {"name": vm.name}
        return BulkResult(vm, None, Refusal(message, "forbidden", 403))
