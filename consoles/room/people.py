"""Who is in the room of a machine?"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from accounts.models import User
from consoles.models import PRIVATE, ConsoleRoom, ConsoleSession
from vms.above.drivers import Driver
from vms.models import VM


@dataclass(frozen=True, slots=True)
class Occupant:
    """Somebody with at least one console of the machine open."""

    who: str
    user: User | None
    name: str
    since: datetime
    may_drive: bool  # has one open in control mode
    drives_since: datetime | None
    asked_at: datetime | None

    @property
    def face(self) -> User | str:
        """Return what the avatar is drawn from."""
        return self.user or self.name

    @property
    def is_visitor(self) -> bool:
        """Say whether they came by a link, without an account: the name is what they say."""
        return self.user is None

    @property
    def drives(self) -> bool:
        """Say whether their input reaches the guest."""
        return self.drives_since is not None

    @property
    def asks(self) -> bool:
        """Say whether they wait for somebody to hand over."""
        return self.asked_at is not None and not self.drives


def occupants(vm: VM) -> list[Occupant]:
    """Return who is in the room: the driver first, then as they came.

    Consoles that are private to one person are not in it.
    """
    room = ConsoleRoom.objects.filter(pk=vm.pk).first()
    opened = ConsoleSession.objects.filter(vm=vm, closed_at=None).exclude(kind__in=PRIVATE)
    opened = opened.select_related("user")
    by_who: dict[str, list[ConsoleSession]] = defaultdict(list)
    for session in opened.order_by("opened_at"):
        by_who[session.who].append(session)
    found = [_occupant(sessions, room) for sessions in by_who.values()]
    return sorted(found, key=lambda one: (not one.drives, one.since))


def _occupant(sessions: list[ConsoleSession], room: ConsoleRoom | None) -> Occupant:
    first = sessions[0]
    may_drive = any(session.mode == "control" for session in sessions)
    drives = room is not None and may_drive and room.driver == first.who
    return Occupant(
        who=first.who,
        user=first.user,
        name=first.user.display_name if first.user else first.name,
        since=first.opened_at,
        may_drive=may_drive,
        drives_since=room.driving_since if room is not None and drives else None,
        asked_at=min((one.asked_at for one in sessions if one.asked_at), default=None),
    )


def driver_of(vm: VM) -> Occupant | None:
    """Return who drives, if anybody."""
    return next((one for one in occupants(vm) if one.drives), None)


def find_drivers(machines: Collection[int]) -> dict[int, Driver]:
    """Return who drives which of these machines; see `vms.above.drivers`."""
    opened = ConsoleSession.objects.filter(vm__in=machines, closed_at=None, mode="control")
    driving = (
        opened.exclude(kind__in=PRIVATE)
        .filter(who=F("vm__console_room__driver"))
        .select_related("user")
    )
    return {
        one.vm_id: Driver(one.user.display_name if one.user else one.name, one.user or one.name)
        for one in driving
    }
