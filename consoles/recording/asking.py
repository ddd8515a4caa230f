"""Who may begin and end a recording of a console? Who drives it, and who has the right anyway."""

from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, allows
from accounts.models import User
from consoles.models import ConsoleSession, name_of_user
from consoles.room.people import driver_of
from recordings.models import Kind, Recording
from recordings.services import ask_for, ask_to_stop, going_of
from vms.models import VM

from .kinds import recorded_as


def may_record(vm: VM, user: User) -> bool:
    """Say whether `user` may record the machine's consoles and end recordings of them."""
    if allows(user, Capability.VM_RECORD, vm):
        return True
    driver = driver_of(vm)
    return driver is not None and driver.who == name_of_user(user.pk)


def begin_recording(vm: VM, kind: str, by: User) -> Recording:
    """Ask for a recording of a console that somebody has open.

    Raises ActionRefused: not-driving (403), invalid (400), not-open (409), policy, full.
    """
    _check(vm, by)
    if kind not in Kind.values:
        raise ActionRefused(_("There is no such console."), code="invalid", status=400)
    opened = ConsoleSession.objects.filter(vm=vm, closed_at=None)
    if kind not in {recorded_as(vm, one) for one in opened.values_list("kind", flat=True)}:
        text = _("Nobody has this console open. Open it to record it.")
        raise ActionRefused(text, code="not-open")
    return ask_for(vm, kind, by)


def end_recording(vm: VM, kind: str, by: User) -> None:
    """Ask to end what is recorded of a console. Raises ActionRefused: not-driving, required."""
    _check(vm, by)
    for recording in going_of(vm):
        if recording.kind == kind:
            recording.vm = vm
            ask_to_stop(recording, by)


def _check(vm: VM, by: User) -> None:
    if not may_record(vm, by):
        text = _("Whoever drives may record, and who has the right to record this machine.")
        raise ActionRefused(text, code="not-driving", status=403)
