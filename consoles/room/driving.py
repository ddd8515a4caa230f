"""Who may type into a guest, and how do hands change?

One person drives, the others watch. A free seat is taken by who opens a console or asks for it;
a taken one is handed over, or taken by an administrator after half a minute without an answer.
Everything is told to everybody in the room, and what changes hands is in the record.
"""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Person
from consoles.models import ConsoleRoom, ConsoleSession
from jobs import audit
from vms.models import VM

from .people import Occupant, driver_of, occupants
from .telling import tell

PATIENCE = timedelta(seconds=30)  # that an administrator waits for an answer
RELOAD = timedelta(seconds=15)  # in which who comes again still asks


@transaction.atomic
def enter(session: ConsoleSession) -> None:
    """Let a console that was just opened in; whoever may drive does when nobody else does."""
    room = _locked(session.vm)
    if session.mode == "control" and driver_of(session.vm) is None:
        _seat(room, session.who)
    elif session.mode == "control":
        _ask_still(session)
    tell(room, session.vm)


@transaction.atomic
def leave(session: ConsoleSession) -> None:
    """Tell that a console was closed; the seat is free when it was the driver's last."""
    vm = VM.objects.select_for_update().filter(pk=session.vm_id).first()
    if vm is None:
        return  # with all that was in it
    room = _locked(vm)
    if room.driver and driver_of(vm) is None:
        _seat(room, "")
    tell(room, vm)


@transaction.atomic
def ask(vm: VM, who: str) -> bool:
    """Ask to drive. Return whether `who` drives now: a free seat needs no answer.

    Raises ActionRefused (not-in-room) when they have no console open that could drive.
    """
    room = _locked(vm)
    person = _present(vm, who)
    driver = driver_of(vm)
    if driver is None:
        _seat(room, who)
    elif not person.drives:
        _opened(vm, who).update(asked_at=person.asked_at or timezone.now())
    tell(room, vm)
    return driver is None or person.drives


@transaction.atomic
def stop_asking(vm: VM, who: str) -> None:
    """Take back that `who` asks."""
    room = _locked(vm)
    if _asking(vm, who).update(asked_at=None):
        tell(room, vm)


def decline(vm: VM, who: str, asker: str) -> None:
    """Let `asker` know that it is not now. Raises ActionRefused: not-driving, not-in-room."""
    if not _present(vm, who).drives:
        raise _not_driving()
    stop_asking(vm, asker)


@transaction.atomic
def release(vm: VM, who: str) -> None:
    """Stop driving and keep watching."""
    room = _locked(vm)
    if room.driver == who:
        _seat(room, "")
        tell(room, vm)


@transaction.atomic
def hand_over(vm: VM, by: Person | None, who: str, to: str) -> None:
    """Let `to` drive in the place of `who`.

    Raises ActionRefused: not-driving when `who` does not drive (any more), not-in-room.
    """
    room = _locked(vm)
    if not _present(vm, who).drives:
        raise _not_driving()
    next_driver = _present(vm, to)
    _seat(room, to)
    _note(by, "console.hand_over", vm, to=next_driver.name)
    tell(room, vm)


@transaction.atomic
def take(vm: VM, by: Person | None, who: str) -> None:
    """Take the seat from whoever has it.

    Raises ActionRefused: not-in-room, and too-soon while the driver may still answer.
    """
    room = _locked(vm)
    person = _present(vm, who)
    driver = driver_of(vm)
    if driver is not None and driver.who != who:
        if person.asked_at is None or timezone.now() - person.asked_at < PATIENCE:
            raise ActionRefused(
                _("Ask first. You can take over when there is no answer for %(count)s seconds.")
                % {"count": int(PATIENCE.total_seconds())},
                code="too-soon",
            )
        _note(by, "console.take", vm, driver=driver.name)
    _seat(room, who)
    tell(room, vm)


def act(wish: str, vm: VM, by: Person | None, who: str, other: str = "") -> None:
    """Do what somebody in the room wishes: ask, withdraw, release, hand-over, decline or take.

    Raises ActionRefused; ValueError for another wish.
    """
    wishes: dict[str, Callable[[], object]] = {
        "ask": lambda: ask(vm, who),
        "withdraw": lambda: stop_asking(vm, who),
        "release": lambda: release(vm, who),
        "hand-over": lambda: hand_over(vm, by, who, other),
        "decline": lambda: decline(vm, who, other),
        "take": lambda: take(vm, by, who),
    }
    if wish not in wishes:
        raise ValueError(wish)
    wishes[wish]()


def _locked(vm: VM) -> ConsoleRoom:
    room, _made = ConsoleRoom.objects.get_or_create(vm=vm)
    return ConsoleRoom.objects.select_for_update().get(pk=room.pk)


def _seat(room: ConsoleRoom, who: str) -> None:
    """Let `who` drive; nobody when it is empty."""
    room.driver = who
    room.driving_since = timezone.now() if who else None
    room.save(update_fields=["driver", "driving_since"])
    if who:
        _asking(room.vm, who).update(asked_at=None)


def _opened(vm: VM, who: str) -> QuerySet[ConsoleSession]:
    return ConsoleSession.objects.filter(vm=vm, who=who, closed_at=None)


def _asking(vm: VM, who: str) -> QuerySet[ConsoleSession]:
    """Return the consoles of `who` that ask, those closed a moment ago with them."""
    lately = Q(closed_at=None) | Q(closed_at__gt=timezone.now() - RELOAD)
    return ConsoleSession.objects.filter(lately, vm=vm, who=who).exclude(asked_at=None)


def _ask_still(session: ConsoleSession) -> None:
    """Let who loads the page again keep their question, and the time that they have waited."""
    first = _asking(session.vm, session.who).order_by("asked_at").first()
    if first is not None:
        ConsoleSession.objects.filter(pk=session.pk).update(asked_at=first.asked_at)


def _present(vm: VM, who: str) -> Occupant:
    for one in occupants(vm):
        if one.who == who and one.may_drive:
            return one
    raise ActionRefused(
        _("To drive, have the console open with the right to type."), code="not-in-room"
    )


def _not_driving() -> ActionRefused:
    return ActionRefused(_("You do not drive any more."), code="not-driving")


def _note(by: Person | None, action: str, vm: VM, **detail: str) -> None:
    audit.record(by, action, **vm.about, detail=detail)
