"""Who may make a link to a console, how long does it stand, and who may come by it?"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, allows, require
from accounts.models import LinkPolicy, User
from consoles.models import ConsoleLink, ConsoleRoom
from consoles.room.telling import tell
from jobs import audit
from vms.models import VM

LONGEST = timedelta(days=7)
MOST = 10  # links that stand at the same time, for one machine


@dataclass(frozen=True, slots=True)
class Made:
    """A link just made. The key is shown once and kept nowhere."""

    link: ConsoleLink
    key: str


def policy_of(vm: VM) -> str:
    """Return who may come by links to this machine: a value of LinkPolicy."""
    return str(vm.team.console_links if vm.team else settings.CONSOLE_LINKS)


@transaction.atomic
def share(
    vm: VM, by: User, *, mode: str, needs_sign_in: bool, lasts: timedelta, ip: str | None = None
) -> Made:
    """Make a link. Raises ActionRefused: policy, invalid, limit."""
    require(by, Capability.VM_SHARE_CONSOLE, vm)
    _check_policy(vm, needs_sign_in=needs_sign_in)
    if mode not in {"view", "control"} or not timedelta() < lasts <= LONGEST:
        raise ActionRefused(_("There is no such link."), code="invalid", status=400)
    if len(standing(vm)) >= MOST:
        raise ActionRefused(
            _("%(name)s has %(count)s links already. End one first.")
            % {"name": vm.name, "count": MOST},
            code="limit",
            status=429,
        )
    key = secrets.token_urlsafe(24)
    link = ConsoleLink.objects.create(
        vm=vm,
        key_hash=_hashed(key),
        mode=mode,
        needs_sign_in=needs_sign_in,
        made_by=by,
        expires_at=timezone.now() + lasts,
    )
    _note(by, "console.share", link, ip)
    _tell(vm)
    return Made(link, key)


@transaction.atomic
def extend(link: ConsoleLink, by: User, lasts: timedelta) -> None:
    """Let a link stand for `lasts` from now. Raises ActionRefused: ended, policy, invalid."""
    require(by, Capability.VM_SHARE_CONSOLE, link.vm)
    _check_policy(link.vm, needs_sign_in=link.needs_sign_in)
    if not timedelta() < lasts <= LONGEST:
        raise ActionRefused(_("There is no such link."), code="invalid", status=400)
    until = timezone.now() + lasts
    if not _open(link.vm).filter(pk=link.pk).update(expires_at=until):
        raise ActionRefused(_("This link has ended."), code="ended")
    link.expires_at = until
    _note(by, "console.share", link)
    _tell(link.vm)


@transaction.atomic
def end(link: ConsoleLink, by: User) -> None:
    """End a link; whoever is there by it is out within five seconds."""
    if by.pk != link.made_by_id:
        require(by, Capability.VM_SHARE_CONSOLE, link.vm)
    if _open(link.vm).filter(pk=link.pk).update(ended_at=timezone.now()):
        _note(by, "console.unshare", link)
        _tell(link.vm)


def standing(vm: VM) -> list[ConsoleLink]:
    """Return the links of a machine that still let people in, as far as the rows tell."""
    return list(_open(vm).select_related("made_by"))


def find(key: str) -> ConsoleLink | None:
    """Return the link with this key while it stands."""
    link = _whole().filter(key_hash=_hashed(key)).first()
    return link if link is not None and stands(link) else None


def by_id(ids: Iterable[int]) -> dict[int, ConsoleLink]:
    """Return links with all that `stands` asks of them."""
    return _whole().in_bulk(set(ids))


def stands(link: ConsoleLink, now: datetime | None = None) -> bool:
    """Say whether it lets people in: not over, still allowed, and its maker could make it today."""
    if link.ended_at is not None or link.expires_at <= (now or timezone.now()):
        return False
    by, vm = link.made_by, link.vm
    return (
        _fits_policy(vm, needs_sign_in=link.needs_sign_in)
        and by.is_active
        and allows(by, Capability.VM_CONSOLE, vm)
        and allows(by, Capability.VM_SHARE_CONSOLE, vm)
    )


def _whole() -> QuerySet[ConsoleLink]:
    return ConsoleLink.objects.select_related("vm__host", "vm__team", "vm__owner", "made_by")


def _open(vm: VM) -> QuerySet[ConsoleLink]:
    return ConsoleLink.objects.filter(vm=vm, ended_at=None, expires_at__gt=timezone.now())


def _fits_policy(vm: VM, *, needs_sign_in: bool) -> bool:
    policy = policy_of(vm)
    return policy == LinkPolicy.ANYONE or (policy == LinkPolicy.PEOPLE and needs_sign_in)


def _check_policy(vm: VM, *, needs_sign_in: bool) -> None:
    if _fits_policy(vm, needs_sign_in=needs_sign_in):
        return
    words = (
        _("Links to consoles are switched off here.")
        if policy_of(vm) == LinkPolicy.OFF
        else _("Links are for people who sign in here.")
    )
    raise ActionRefused(words, code="policy", status=403)


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _tell(vm: VM) -> None:
    room, _made = ConsoleRoom.objects.get_or_create(vm=vm)
    tell(room, vm)


def _note(by: User, action: str, link: ConsoleLink, ip: str | None = None) -> None:
    audit.record(
        by,
        action,
        **link.vm.about,
        detail={
            "link": link.pk,
            "mode": link.mode,
            "needs_sign_in": link.needs_sign_in,
            "until": link.expires_at.isoformat(timespec="minutes"),
        },
        ip=ip,
    )
