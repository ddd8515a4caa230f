"""Change one setting of many machines; each gets its own result or its own refusal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import ActionRefused
from accounts.models import Team, User
from jobs.models import Job
from vms.leases.services import keep_until
from vms.models import VM
from vms.rules import Refusal

from .bulk import MOST, BulkResult
from .keeping import end_of_day
from .labels import set_owner, set_protected, set_stays_on, set_tags
from .lifecycle import request_autostart
from .refusing import refuse_field


@dataclass(frozen=True, slots=True)
class Wish:
    """What to change to; each action reads its own part. No `ends_on` is for ever."""

    tag: str = ""
    ends_on: date | None = None
    owner: User | None = None
    team: Team | None = None


Change = Callable[[VM, Wish, User], Job | None]


def _tag(vm: VM, wish: Wish, by: User) -> None:
    set_tags(vm, {*vm.tags.values_list("name", flat=True), wish.tag}, by)


def _untag(vm: VM, wish: Wish, by: User) -> None:
    set_tags(vm, set(vm.tags.values_list("name", flat=True)) - {wish.tag.strip()}, by)


def _protect(vm: VM, wish: Wish, by: User) -> None:
    set_protected(vm, True, by)


def _unprotect(vm: VM, wish: Wish, by: User) -> None:
    set_protected(vm, False, by)


def _stay_on(vm: VM, wish: Wish, by: User) -> None:
    set_stays_on(vm, True, by)


def _may_stop(vm: VM, wish: Wish, by: User) -> None:
    set_stays_on(vm, False, by)


def _autostart(vm: VM, wish: Wish, by: User) -> Job:
    return request_autostart(vm, True, by)


def _no_autostart(vm: VM, wish: Wish, by: User) -> Job:
    return request_autostart(vm, False, by)


def _keep(vm: VM, wish: Wish, by: User) -> None:
    keep_until(vm, end_of_day(wish.ends_on), by)


def _own(vm: VM, wish: Wish, by: User) -> None:
    set_owner(vm, wish.owner, by, team=wish.team)


CHANGES: dict[str, tuple[str | Promise, Change]] = {
    "tag": (gettext_lazy("Tag"), _tag),
    "untag": (gettext_lazy("Take tag off"), _untag),
    "protect": (gettext_lazy("Protect"), _protect),
    "unprotect": (gettext_lazy("Lift the protection"), _unprotect),
    "stay_on": (gettext_lazy("Protect against stopping"), _stay_on),
    "may_stop": (gettext_lazy("Let it be stopped"), _may_stop),
    "autostart": (gettext_lazy("Start with the host"), _autostart),
    "no_autostart": (gettext_lazy("Do not start with the host"), _no_autostart),
    "keep": (gettext_lazy("Keep until"), _keep),
    "own": (gettext_lazy("Hand over"), _own),
}


def register(action: str, word: str | Promise, change: Change) -> None:
    """Let `action` of a room above, called `word`, be done to many machines."""
    CHANGES[action] = (word, change)


def change_many(vms: Sequence[VM], action: str, wish: Wish, by: User) -> list[BulkResult]:
    """Do one of `CHANGES` to each machine. Raises ActionRefused (400) for too many of them."""
    if len(vms) > MOST:
        raise refuse_field("ids", _("At most %(count)d machines at once.") % {"count": MOST})
    _word, change = CHANGES[action]
    return [_one(vm, change, wish, by) for vm in vms]


def _one(vm: VM, change: Change, wish: Wish, by: User) -> BulkResult:
    try:
        return BulkResult(vm, change(vm, wish, by), None)
    except ActionRefused as error:
        refusal = Refusal(error.message, error.code, error.status, error.extra)
        return BulkResult(vm, None, refusal)
    except PermissionDenied:
        message = _("You may not change %(name)s.") % {"name": vm.name}
        return BulkResult(vm, None, Refusal(message, "forbidden", 403))
