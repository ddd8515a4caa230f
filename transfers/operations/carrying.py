"""Carry one file through the guest's agent. What is broken off leaves nothing, or says what.

Safe to run twice: sending writes the whole file anew, and fetching fills a copy of its own.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.access import ActionRefused
from hosts.addresses import address_of
from jobs import audit
from jobs.context import JobContext
from jobs.errors import Cancelled
from transfers import staging
from transfers.models import Transfer
from transfers.services.asking import too_big
from virt.domain import Domain
from virt.errors import AgentUnresponsive, HostUnreachable, OperationTimeout, VirtError
from virt.guests import files as guest_files
from virt.guests.files import AgentMisbehaved, GuestFileRefused, TooBig
from virt.pool import pooled

CHECK_SECONDS = 0.3


def send(job: JobContext) -> None:
    """Write the staged file into the guest; our copy is gone afterwards, whatever came of it."""
    row = _row(job)
    if row.done_at is not None:  # an earlier attempt came to its end, and died before it said so
        return
    try:
        with _guest(row) as domain:
            _send(job, row, domain)
    finally:
        staging.drop(row)
    _finish(row, "file.sent")


def fetch(job: JobContext) -> None:
    """Read the file out of the guest into a copy that can be saved for an hour."""
    row = _row(job)
    if row.done_at is not None:
        return
    staging.drop(row)
    name = staging.new_name()
    with _guest(row) as domain:
        row.size, row.sha256 = staging.keep(name, _pieces(job, domain, row.path))
    row.staged = name
    row.save(update_fields=["size", "sha256", "staged"])
    _finish(row, "file.fetched")


def _row(job: JobContext) -> Transfer:
    rows = Transfer.objects.select_related("vm__host", "by")
    row = rows.filter(pk=job.params["transfer"]).first()
    if row is None:
        raise ActionRefused(_("The machine is no more."), code="gone")
    return row


def _send(job: JobContext, row: Transfer, domain: Domain) -> None:
    if not row.staged or not staging.path_of(row.staged).is_file():
        raise ActionRefused(_("The file is no longer here. Send it again."), code="gone")
    may_replace = row.overwrite or job.job.result.get("begun")
    if not may_replace and guest_files.exists(domain, row.path):
        text = _("There is a file at this place in the guest already.")
        raise ActionRefused(text, code="exists")
    job.check_cancelled()
    job.note(begun=True)
    try:
        content = staging.pieces_of(row.staged)
        guest_files.write(domain, row.path, content, _report(job, row.size or 0))
    except (Cancelled, VirtError):
        _clear(row, domain)
        raise


def _clear(row: Transfer, domain: Domain) -> None:
    """Take the half-written file away, and keep whether that went."""
    try:
        row.remains = "removed" if guest_files.discard(domain, row.path) else "left"
    except VirtError:
        row.remains = "unknown"
    row.save(update_fields=["remains"])


def _pieces(job: JobContext, domain: Domain, path: str) -> Iterator[bytes]:
    """Yield the guest's file piece by piece, and tell how far it is."""
    report = _report(job, 0)
    for piece, total in guest_files.pieces(domain, path, settings.TRANSFER_MOST):
        report(total)
        yield piece


def _report(job: JobContext, size: int) -> Callable[[int], None]:
    """Return what tells how far it is, and stops when the job is cancelled."""
    checked = float("-inf")

    def report(done: int) -> None:
        nonlocal checked
        job.progress(100.0 * done / size if size else None, gettext_noop("Carrying the file"))
        if time.monotonic() - checked > CHECK_SECONDS:
            checked = time.monotonic()
            job.check_cancelled()

    return report


@contextmanager
def _guest(row: Transfer) -> Iterator[Domain]:
    """Open the guest's host, and say in our words what its agent would not do."""
    try:
        with pooled(address_of(row.vm.host), "ops") as hypervisor:
            yield hypervisor.get_domain(str(row.vm.uuid))
    except TooBig:
        raise too_big() from None
    except GuestFileRefused as error:
        text = _(
            "The guest would not do it. Does the folder or file exist, is there room, and may "
            "the agent use it?"
        )
        raise GuestFileRefused(text, detail=error.detail) from error
    except AgentMisbehaved as error:
        text = _("The guest’s agent answered nonsense, so nothing was carried.")
        raise AgentMisbehaved(text, detail=error.detail) from error
    except HostUnreachable:
        raise
    except OperationTimeout as error:
        text = _("The guest’s agent did not answer in time.")
        raise AgentUnresponsive(text, detail=error.detail) from error


def _finish(row: Transfer, action: str) -> None:
    row.done_at = timezone.now()
    row.save(update_fields=["done_at"])
    audit.record(
        row.by,
        action,
        target_kind="vm",
        target_id=row.vm_id,
        target_name=row.vm.name,
        detail={"path": row.path, "name": row.name, "size": row.size, "sha256": row.sha256},
    )
