"""Ask that a file goes to a guest, or comes from one."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, require
from accounts.models import User
from jobs.models import ACTIVE
from jobs.services import create_job, request_cancel
from transfers import staging
from transfers.models import Transfer
from transfers.paths import BadPath, check_path, clean_name, into, name_in
from vms.models import VM
from vms.rules import can
from vms.services.refusing import refuse_field

MOST_AT_ONCE = 3  # transfers of one machine that are under way


def why_not(vm: VM) -> str:
    """Return why no file can be carried now, "" where one can."""
    if refusal := can(vm, "files"):
        return str(refusal)
    if not vm.has_agent_channel:
        return _("The machine has no channel for a guest agent.")
    if not vm.agent_connected:
        return _("No guest agent answers in the machine. Install and start qemu-guest-agent there.")
    return ""


def request_send(
    vm: VM, by: User, *, path: str, name: str, pieces: Iterable[bytes], overwrite: bool = False
) -> Transfer:
    """Take a file in and ask that it goes to `path` in the guest; a folder ends with a slash.

    Raises PermissionDenied, or ActionRefused: 400 for the path, 409 where the guest cannot take
    it or too many are under way, 413 for one that is too big, 507 while too much waits here.
    """
    require(by, Capability.VM_FILES, vm)
    path = _checked(into(path, name))
    _refuse(vm)
    staged = staging.new_name()
    size, sha256 = staging.keep(staged, _bounded(pieces))
    try:
        return _ask(
            vm, by, is_sent=True, path=path, name=clean_name(name), size=size, sha256=sha256,
            staged=staged, overwrite=overwrite,
        )  # fmt: skip
    except BaseException:
        staging.path_of(staged).unlink(missing_ok=True)
        raise


def request_fetch(vm: VM, by: User, *, path: str) -> Transfer:
    """Ask that the file at `path` comes from the guest. Raises like `request_send`."""
    require(by, Capability.VM_FILES, vm)
    path = _checked(path)
    _refuse(vm)
    return _ask(vm, by, is_sent=False, path=path, name=name_in(path))


def _checked(path: str) -> str:
    try:
        return check_path(path)
    except BadPath as error:
        raise refuse_field("path", str(error)) from error


def _refuse(vm: VM) -> None:
    if refusal := can(vm, "files"):
        raise refusal.as_error()
    if reason := why_not(vm):
        raise ActionRefused(reason, code="no-agent")
    staging.sweep()
    if staging.staged_bytes() > settings.TRANSFER_ROOM:
        raise ActionRefused(
            _("Too many files wait here to be saved. Try again in a while."),
            code="out-of-space",
            status=507,
        )


def _bounded(pieces: Iterable[bytes]) -> Iterable[bytes]:
    """Yield the pieces; raise ActionRefused (413) beyond the most that one file may have."""
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > settings.TRANSFER_MOST:
            raise too_big()
        yield piece


def too_big() -> ActionRefused:
    """Return the refusal of a file over the limit."""
    most = filesizeformat(settings.TRANSFER_MOST)
    text = _("A file may have at most %(most)s.") % {"most": most}
    return ActionRefused(text, code="too-big", status=413, fields={"file": text})


def _ask(vm: VM, by: User, *, is_sent: bool, **facts: object) -> Transfer:
    with transaction.atomic():
        VM.objects.select_for_update().get(pk=vm.pk)  # so that two do not both count
        under_way = Transfer.objects.filter(vm=vm, job__state__in=ACTIVE).count()
        if under_way >= MOST_AT_ONCE:
            text = _("%(count)d files of this machine are under way. Wait for one of them.")
            raise ActionRefused(text % {"count": under_way}, code="busy")
        row = Transfer.objects.create(vm=vm, by=by, is_sent=is_sent, **facts)
        row.job = create_job(
            "file.send" if is_sent else "file.fetch",
            target_kind="transfer",
            target_id=row.pk,
            target_name=f"{vm.name}: {row.name}",
            host_id=vm.host_id,
            actor=by,
            params={"transfer": row.pk, "machine": vm.pk, "path": row.path},
            audiences=(f"user-{by.pk}",),
        )
        row.save(update_fields=["job"])
    return row


def stop(transfer: Transfer) -> None:
    """Break a transfer off; one that is over stays as it is."""
    if transfer.is_waiting and transfer.job is not None:
        request_cancel(transfer.job, None)
