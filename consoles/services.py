"""What does it take to ask for a console?"""

from django.conf import settings
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from accounts.access import ActionRefused, Capability, Person, require
from hosts.models import Transport
from jobs import audit
from vms import rules
from vms.models import VM
from vms.screens import why_no_screen

from . import tickets
from .closing import CLOSINGS
from .models import ConsoleSession

KINDS = ("vnc", "serial")
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
    display-loopback, display-local, no-serial,
    simulated, limit (429), redis-away (503).
    """
    require(by, Capability.VM_CONSOLE, vm)
    if kind not in KINDS or mode not in MODES or not login_session:
        raise ActionRefused(_("There is no such console."), code="invalid", status=400)
    rules.check(vm, "console")
    _check_display(vm, kind)
    _check_limits(vm, by)
    claims = tickets.Claims(
        user=int(by.pk or 0),
        session=tickets.hashed(login_session),
        vm=vm.pk,
        uuid=str(vm.uuid),
        kind=kind,
        mode=mode,
        take=take,
    )
    try:
        ticket = tickets.issue(claims)
    except RedisError as error:
        raise ActionRefused(
            _("Consoles cannot be opened at the moment: the message service is away."),
            code="redis-away",
            status=503,
        ) from error
    audit.record(
        by,
        "console.open",
        target_kind="vm",
        target_id=vm.pk,
        target_name=vm.name,
        detail={"kind": kind, "mode": mode, "take": take},
        ip=ip,
    )
    return ticket


def has_screen(vm: VM) -> bool:
    """Say whether the machine has a screen that can be shown here, as far as the row knows."""
    return not why_no_screen(vm)


def _check_display(vm: VM, kind: str) -> None:
    """Refuse at once what the gateway would refuse."""
    key = ""
    if vm.host.transport == Transport.TEST:
        key = "simulated"
    elif kind == "serial" and not vm.has_serial:
        key = "no-serial"
    elif kind == "vnc":
        key = why_no_screen(vm)
    if key:
        raise ActionRefused(str(CLOSINGS[key].words), code=key)


def _check_limits(vm: VM, by: Person) -> None:
    opened = ConsoleSession.objects.filter(closed_at=None)
    if opened.filter(user_id=by.pk or 0).count() >= settings.CONSOLES_PER_USER:
        raise ActionRefused(
            _(
                "You have %(count)s consoles open, which is as many as one person may. "
                "Close one first."
            )
            % {"count": settings.CONSOLES_PER_USER},
            code="limit",
            status=429,
        )
    if opened.filter(vm=vm).count() >= settings.CONSOLES_PER_MACHINE:
        raise ActionRefused(
            _("%(name)s has %(count)s consoles open, which is as many as one machine may.")
            % {"name": vm.name, "count": settings.CONSOLES_PER_MACHINE},
            code="limit",
            status=429,
        )
