"""Ask for what a readiness check offers: start a pool or a network, make the pool default."""

from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, Person, require
from hosts.models import Host
from hosts.readiness import Fix, readiness_of
from hosts.services.managing import refuse_unless_online, request_probe
from jobs.models import Job
from jobs.services import asked_before, create_job


def offered_fixes(host: Host) -> list[Fix]:
    """Return what the checks offer now."""
    return [line.fix for line in readiness_of(host) if line.fix is not None]


def find_fix(host: Host, action: str, name: str) -> Fix:
    """Return what is offered. Raises ActionRefused (409) for what is not, or no longer."""
    fix = Fix(action, name)
    if fix in offered_fixes(host):
        return fix
    text = _("There is nothing to be done about this on %(host)s now.") % {"host": host.name}
    raise ActionRefused(text, code="not-offered")


def what_happens(host: Host, fix: Fix) -> str:
    """Say what the fix does, before it is done."""
    names = {"name": fix.name, "host": host.name}
    sentences = {
        "start-pool": _("The pool %(name)s is started, now and with %(host)s from now on."),
        "autostart-pool": _("The pool %(name)s starts with %(host)s from now on."),
        "start-network": _("The network %(name)s is started, now and with %(host)s from now on."),
        "autostart-network": _("The network %(name)s starts with %(host)s from now on."),
        "make-pool": _("A pool called default is made of a folder on %(host)s, and started."),
        "check": _("A guest of a few MB is booted on %(host)s for a moment. Nothing stays."),
    }
    return sentences[fix.action] % names


def request_fix(
    host: Host, action: str, name: str, by: Person, *, idempotency_key: str = ""
) -> Job:
    """Ask for a fix that the checks offer now.

    Raises PermissionDenied, or ActionRefused: 409 for what is not offered, 503 when the host is
    away.
    """
    require(by, Capability.HOST_MANAGE)
    if again := asked_before(by.pk, idempotency_key):
        return again
    refuse_unless_online(host)
    fix = find_fix(host, action, name)
    if fix.action == "check":
        return request_probe(host, by, idempotency_key=idempotency_key)
    return create_job(
        "host.fix",
        target_kind="host",
        target_id=host.pk,
        target_name=host.name,
        host_id=host.pk,
        actor=by,
        params={"action": fix.action, "name": fix.name},
        idempotency_key=idempotency_key,
    )
