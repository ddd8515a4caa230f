"""Who may begin and end a recording of a console? Who drives it, and who has the right anyway.

A session that is one person's own is recorded by that person, or because the rules require it.
"""

from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, allows
from accounts.models import User
from consoles.models import ConsoleSession, name_of_user
from consoles.room.people import driver_of
from recordings.models import Kind, Recording
from recordings.services import Own, ask_for, ask_to_stop, going_of
from vms.models import VM

from .kinds import recorded_as


def may_record(vm: VM, user: User) -> bool:
    """Say whether `user` may record the machine's consoles and end recordings of them."""
    if allows(user, Capability.VM_RECORD, vm):
        return True
    driver = driver_of(vm)
    return driver is not None and driver.who == name_of_user(user.pk)


def begin_recording(vm: VM, kind: str, by: User, session: int = 0) -> Recording:
    """Ask for a recording of a console that somebody has open; of one's own, of that `session`.

    Raises ActionRefused: not-driving (403), invalid (400), not-open (409), policy, full.
    """
    if session or kind == Kind.SSH:
        _check_own(vm, kind, by, session)
        return ask_for(vm, kind, by, Own(session, by.pk))
    _check(vm, by)
    if kind not in Kind.values:
        raise ActionRefused(_("There is no such console."), code="invalid", status=400)
    if reason := why_not_open(vm, kind):
        raise ActionRefused(reason, code="not-open")
    return ask_for(vm, kind, by)


def why_not_open(vm: VM, kind: str) -> str:
    """Return in words that nobody has a console open which is recorded as `kind`, "" if so."""
    opened = ConsoleSession.objects.filter(vm=vm, closed_at=None)
    if kind in {recorded_as(vm, one) for one in opened.values_list("kind", flat=True)}:
        return ""
    return _("Nobody has this console open. Open it to record it.")


def end_recording(vm: VM, kind: str, by: User, session: int = 0) -> None:
    """Ask to end what is recorded of a console.

    Raises ActionRefused: not-driving, not-open, required.
    """
    if session:
        _check_own(vm, kind, by, session)
    else:
        _check(vm, by)
    for recording in going_of(vm, session):
        if recording.kind == kind:
            recording.vm = vm
            ask_to_stop(recording, by)


def own_session(vm: VM, by: User, session: int) -> ConsoleSession | None:
    """Return an open console that is the person's own, None where there is no such."""
    found = ConsoleSession.objects.filter(pk=session, vm=vm, user=by, closed_at=None).first()
    return found if found is not None and found.is_private else None


def _check_own(vm: VM, kind: str, by: User, session: int) -> None:
    own = own_session(vm, by, session)
    if own is None or own.kind != kind:
        text = _("This session has ended. Sign in to record it.")
        raise ActionRefused(text, code="not-open")


def _check(vm: VM, by: User) -> None:
    if not may_record(vm, by):
        text = _("Whoever drives may record, and who has the right to record this machine.")
        raise ActionRefused(text, code="not-driving", status=403)
