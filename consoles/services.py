"""What does it take to ask for a console?"""

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from accounts.access import ActionRefused, Capability, Person, require
from accounts.models import User
from hosts.models import Transport
from jobs import audit
from recordings.limits import why_full
from recordings.policy import is_required
from vms import rules
from vms.models import VM
from vms.screens import why_no_screen

from . import tickets
from .closing import CLOSINGS, ConsoleClosed
from .models import PRIVATE, ConsoleLink, ConsoleSession, name_of_user
from .reaching.where import ways_to
from .recording.kinds import why_not_recorded
from .sharing.visits import Visitor

KINDS = ("vnc", "serial", "spice")
FURTHER = "channel"  # of a SPICE screen that is open
MODES = ("control", "view")


def request_console(
    vm: VM,
    by: Person,
    *,
    login_session: str,
    kind: str = "vnc",
    mode: str = "control",
    take: bool = False,
    ip: str | None = None,
) -> tickets.Ticket:
    """Return a ticket for one console of `vm`, good for 30 seconds and one use.

    It works together with the cookie of `login_session` only; `take` takes the text console over
    from whoever has it. Raises ActionRefused: host-unreachable, wrong-state, no-display,
    display-loopback, display-local, no-serial, no-address, host-only,
    simulated, not-recorded, limit (429), redis-away (503).
    """
    require(by, Capability.VM_CONSOLE, vm)
    if kind == FURTHER:
        who = name_of_user(by.pk or 0)
        return _further(vm, who, mode, login_session, user=int(by.pk or 0))
    if kind in PRIVATE:
        _check_private(vm, kind, mode, login_session)
    else:
        _check(vm, kind, mode, login_session)
    _check_alone(vm, kind, name_of_user(by.pk or 0))
    _check_person(int(by.pk or 0))
    claims = tickets.Claims(
        user=int(by.pk or 0),
        session=tickets.hashed(login_session),
        vm=vm.pk,
        uuid=str(vm.uuid),
        kind=kind,
        mode=mode,
        take=take,
        who=name_of_user(by.pk or 0),
    )
    ticket = _issue(claims)
    audit.record(
        by, "console.open", **vm.about, detail={"kind": kind, "mode": mode, "take": take}, ip=ip
    )
    return ticket


def request_by_link(
    link: ConsoleLink, visitor: Visitor, *, login_session: str, kind: str, mode: str, ip: str | None
) -> tickets.Ticket:
    """Return a ticket for who came by a link that stands; the link says whether they may drive.

    Raises ActionRefused like `request_console`.
    """
    vm = link.vm
    allowed = mode if link.mode == "control" else "view"
    if kind == FURTHER:
        return _further(
            vm, visitor.who, allowed, login_session,
            user=visitor.user_id, name=visitor.name, link=link.pk,
        )  # fmt: skip
    _check(vm, kind, allowed, login_session)
    _check_alone(vm, kind, visitor.who)
    _check_person(visitor.user_id)
    if _opened().filter(link=link).count() >= settings.CONSOLES_PER_LINK:
        raise _full(_("This link has %(count)s consoles open, the most that one link may have."),
                    settings.CONSOLES_PER_LINK)  # fmt: skip
    ticket = _issue(
        tickets.Claims(
            user=visitor.user_id,
            session=tickets.hashed(login_session),
            vm=vm.pk,
            uuid=str(vm.uuid),
            kind=kind,
            mode=allowed,
            who=visitor.who,
            name=visitor.name,
            link=link.pk,
        )
    )
    audit.record(
        User.objects.filter(pk=visitor.user_id).first(),
        "console.join",
        **vm.about,
        detail={"kind": kind, "mode": allowed, "link": link.pk, "name": visitor.name},
        ip=ip,
    )
    return ticket


def _further(
    vm: VM, who: str, mode: str, login_session: str, *, user: int, name: str = "", link: int = 0
) -> tickets.Ticket:
    """Return a ticket for a further channel of a SPICE screen that `who` has open."""
    session = tickets.hashed(login_session)
    mine = _opened().filter(vm=vm, kind="spice", who=who, mode=mode, login_session=session)
    if not login_session or not mine.exists():
        raise ActionRefused(_("There is no such console."), code="invalid", status=400)
    return _issue(
        tickets.Claims(
            user=user, session=session, vm=vm.pk, uuid=str(vm.uuid), kind=FURTHER, mode=mode,
            who=who, name=name, link=link,
        )
    )  # fmt: skip


def has_screen(vm: VM, kind: str = "vnc") -> bool:
    """Say whether the machine has a screen that can be shown here, as far as the row knows."""
    return not why_no_screen(vm, kind)


def _check_display(vm: VM, kind: str) -> None:
    """Refuse at once what the gateway would refuse."""
    key = ""
    if vm.host.transport == Transport.TEST:
        key = "simulated"
    elif kind == "serial" and not vm.has_serial:
        key = "no-serial"
    elif kind != "serial":
        key = why_no_screen(vm, kind)
    if key:
        raise ActionRefused(str(CLOSINGS[key].words), code=key)
    if reason := why_not_recorded(vm, kind):
        raise ActionRefused(reason, code="not-recorded")


def _check(vm: VM, kind: str, mode: str, login_session: str) -> None:
    """Refuse what has nothing to do with who asks."""
    if kind not in KINDS or mode not in MODES or not login_session:
        raise ActionRefused(_("There is no such console."), code="invalid", status=400)
    rules.check(vm, "console")
    _check_display(vm, kind)
    _check_places(vm)


def _check_private(vm: VM, kind: str, mode: str, login_session: str) -> None:
    """Refuse a sign-in where it cannot be, as far as the rows know. Nobody only looks on there."""
    if mode != "control" or not login_session:
        raise ActionRefused(_("There is no such console."), code="invalid", status=400)
    rules.check(vm, kind)
    if key := why_no_way(vm):
        raise ActionRefused(str(CLOSINGS[key].words), code=key)
    if reason := why_not_recorded(vm, kind):
        raise ActionRefused(reason, code="not-recorded")
    if is_required(vm) and why_full(vm.team_id, vm.owner_id):
        raise ActionRefused(str(CLOSINGS["not-recorded"].words), code="not-recorded")
    _check_places(vm)


def why_no_way(vm: VM) -> str:
    """Return the key of CLOSINGS why no sign-in gets to the machine, "" where one may."""
    if vm.host.transport == Transport.TEST:
        return "simulated"
    try:
        ways_to(vm)
    except ConsoleClosed as closed:
        return closed.key
    return ""


def _check_places(vm: VM) -> None:
    if _opened().filter(vm=vm).count() >= settings.CONSOLES_PER_MACHINE:
        raise _full(
            _("This machine has %(count)s consoles open, the most that one machine may have."),
            settings.CONSOLES_PER_MACHINE,
        )


def _check_alone(vm: VM, kind: str, who: str) -> None:
    """Refuse a SPICE screen that somebody else has open: it serves one person at a time."""
    others = _opened().filter(vm=vm, kind="spice").exclude(who=who)
    if kind == "spice" and others.exists():
        raise ActionRefused(str(CLOSINGS["spice-taken"].words), code="spice-taken")


def _check_person(user_id: int) -> None:
    if user_id and _opened().filter(user_id=user_id).count() >= settings.CONSOLES_PER_USER:
        raise _full(
            _(
                "You have %(count)s consoles open, the most that one person may have. "
                "Close one first."
            ),
            settings.CONSOLES_PER_USER,
        )


def _opened() -> QuerySet[ConsoleSession]:
    return ConsoleSession.objects.filter(closed_at=None)


def _full(words: str, count: int) -> ActionRefused:
    return ActionRefused(words % {"count": count}, code="limit", status=429)


def _issue(claims: tickets.Claims) -> tickets.Ticket:
    try:
        return tickets.issue(claims)
    except RedisError as error:
        raise ActionRefused(
            _("Consoles cannot be opened at the moment: the message service does not answer."),
            code="redis-away",
            status=503,
        ) from error
