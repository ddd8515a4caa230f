"""Add, edit and remove hosts: short transactions; the watcher follows within two seconds."""

from dataclasses import replace

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import ActionRefused, Capability, Person, require
from hosts import usage
from hosts.addresses import known_hosts_path
from hosts.models import Host
from hosts.wishes import PARTS, HostWish, checked, taken, wish_of
from jobs import audit
from jobs.models import Job
from jobs.services import create_job
from live.publish import announce


def add_host(wish: HostWish, by: Person | None) -> Host:
    """Add a host. Nothing is written to it; the watcher reads it within seconds.

    `by` is None for the command line. Raises ActionRefused (400 with `fields`).
    """
    if by is not None:
        require(by, Capability.HOST_MANAGE)
    wish = checked(wish)
    if refusal := taken(wish.name):
        raise refusal
    try:
        with transaction.atomic():
            host = Host.objects.create(**{part: getattr(wish, part) for part in PARTS})
            _record(by, "host.add", host)
    except IntegrityError:
        raise taken(wish.name) or ActionRefused(str(_("The host could not be added."))) from None
    return host


def edit_host(host: Host, wish: HostWish, by: Person | None) -> Host:
    """Change name and address of a host; its pinned key stays while the address does."""
    if by is not None:
        require(by, Capability.HOST_MANAGE)
    wish = checked(wish)
    before = wish_of(host)
    if not wish.host_key and wish.place == before.place:
        wish = replace(wish, host_key=before.host_key)
    if refusal := taken(wish.name, but=host.pk):
        raise refusal
    changed = {p: getattr(wish, p) for p in PARTS if getattr(wish, p) != getattr(before, p)}
    if not changed:
        return host
    with transaction.atomic():
        Host.objects.filter(pk=host.pk).update(**changed, next_try=None, rescan_requested=True)
        host.refresh_from_db()
        _record(by, "host.edit", host, changed=sorted(changed))
    return host


def remove_host(host: Host, by: Person | None) -> None:
    """Forget a host and the rows of its machines; its guests keep running, untouched."""
    if by is not None:
        require(by, Capability.HOST_MANAGE)
    pk, name, rev = host.pk, host.name, host.rev
    with transaction.atomic():
        Host.objects.select_for_update().filter(pk=host.pk).first()  # no watcher adds rows now
        _record(by, "host.remove", host, machines=host.vms.count())
        host.delete()
        announce("host", pk, rev + 1, {"gone": True, "name": name}, ["admins"])
    known_hosts_path(str(pk)).unlink(missing_ok=True)
    usage.forget(pk)


def retry_now(host: Host, by: Person) -> None:
    """Make the watcher try a lost host at once."""
    require(by, Capability.HOST_MANAGE)
    Host.objects.filter(pk=host.pk).update(rescan_requested=True, next_try=timezone.now())


def request_rescan(host: Host, by: Person, *, idempotency_key: str = "") -> Job:
    """Ask for everything on the host to be read again."""
    require(by, Capability.HOST_MANAGE)
    refuse_unless_online(host)
    return _create("host.rescan", host, by, idempotency_key)


def request_probe(host: Host, by: Person | None, *, idempotency_key: str = "") -> Job:
    """Ask for everything that the checks want to know, which KVM proves by booting a guest.

    The watcher asks itself (`by` None) after the first connect.
    """
    if by is not None:
        require(by, Capability.HOST_MANAGE)
        refuse_unless_online(host)
    return _create("host.probe", host, by, idempotency_key)


def probe_once(host: Host) -> None:
    """Ask for the first probe of a host, which nobody has asked for yet."""
    is_simulated = host.transport == "test"
    asked = Job.objects.filter(kind="host.probe", target_kind="host", target_id=host.pk)
    if is_simulated or host.probed_at is not None or asked.exists():
        return
    try:
        request_probe(host, None)
    except ActionRefused:
        return


def request_test(
    wish: HostWish, by: Person, *, host: Host | None = None, idempotency_key: str = ""
) -> Job:
    """Ask a worker to try an address step by step; the steps are in the job's result."""
    require(by, Capability.HOST_MANAGE)
    wish = checked(wish)
    if refusal := taken(wish.name, but=host.pk if host else None):
        raise refusal
    return create_job(
        "host.test",
        target_kind="host",
        target_id=host.pk if host else None,
        target_name=wish.name,
        host_id=host.pk if host else None,
        actor=by,
        params=wish.as_params(),
        idempotency_key=idempotency_key,
    )


def _create(kind: str, host: Host, by: Person | None, idempotency_key: str) -> Job:
    return create_job(
        kind,
        target_kind="host",
        target_id=host.pk,
        target_name=host.name,
        host_id=host.pk,
        actor=by,
        idempotency_key=idempotency_key,
    )


def refuse_unless_online(host: Host) -> None:
    """Raise ActionRefused (503) while nobody reads the host."""
    if not host.is_online:
        text = _("%(host)s cannot be reached, so nothing can be read from it now.")
        raise ActionRefused(
            str(text) % {"host": host.name},
            code="host-unreachable",
            status=503,
            since=host.state_since,
        )


def _record(by: Person | None, action: str, host: Host, **detail: object) -> None:
    audit.record(
        by,
        action,
        target_kind="host",
        target_id=host.pk,
        target_name=host.name,
        outcome="done",
        detail={"transport": host.transport, "hostname": host.hostname, **detail},
    )
