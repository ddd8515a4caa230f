"""Who looks at which screens? A page says what is visible and gets what it does not have yet."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from django.http import QueryDict

from accounts.access import Capability, Person
from live.looking import Pace, look, name_of
from screens import store
from screens.models import Screen
from screens.pictures import MEDIA_TYPE
from screens.telling import facts_of
from vms.models import VM
from vms.screens import count_screens

MOST_MACHINES = 200  # that one page may look at
MOST_AT_ONCE = 4  # that one page may look at every second
LONGEST = 20_000  # characters


class ScreenOut(TypedDict):
    """One screen as a page gets it: `img` is a data URL, or absent where the page has it.

    `id` is the machine's number, with ".1" and so on for its further screens.
    """

    id: str
    v: str
    at: float
    health: str
    since: str
    source: str
    img: str | None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a page asked for: machines with the versions it has, and how often."""

    have: Mapping[tuple[int, int], str]  # machine and screen: the version
    pace: Pace
    is_large: bool

    @classmethod
    def read(cls, params: QueryDict) -> "Wish":
        """Read "7:18c2,9.1:" as machine 7 at a version and 9's second screen without a picture."""
        have: dict[tuple[int, int], str] = {}
        for word in params.get("have", "")[:LONGEST].split(",")[:MOST_MACHINES]:
            which, _colon, version = word.partition(":")
            number, _dot, head = which.partition(".")
            head = head or "0"
            if number.isdecimal() and len(number) < 18 and head.isdecimal() and len(head) < 3:
                have[int(number), int(head)] = version[:20]
        asked = params.get("pace", "")
        pace = Pace(asked) if asked in set(Pace) else Pace.WALL
        if pace is Pace.PAGE and len(have) > MOST_AT_ONCE:
            pace = Pace.WALL
        return cls(have, pace, params.get("size") == "large")


def answer(user: Person, wish: Wish) -> list[ScreenOut]:
    """Note what is looked at, and return the screens of those machines that `user` may see."""
    asked = {pk for pk, _head in wish.have}
    machines = VM.objects.allowing(user, Capability.VM_CONSOLE).filter(pk__in=asked)
    columns = ("host_id", "uuid", "started_at", "screen", "video", "agent_connected")
    rows = machines.select_related("screen").only(*columns).in_bulk()
    keys = {
        (pk, head): key_of(rows[pk], head)
        for pk, head in wish.have
        if pk in rows and head < count_screens(rows[pk])
    }
    look(keys.values(), wish.pace)
    known = store.kept(keys.values())
    stale = [
        key for one, key in keys.items() if key in known and known[key].version != wish.have[one]
    ]
    fresh = store.pictures(stale, is_large=wish.is_large)
    return [
        _out(rows[pk], head, known.get(key), fresh.get(key)) for (pk, head), key in keys.items()
    ]


def key_of(vm: VM, head: int = 0) -> store.Key:
    """Return where the picture of one of a machine's screens is kept."""
    return vm.host_id, name_of(str(vm.uuid), head)


def _out(vm: VM, head: int, kept: store.Kept | None, fresh: tuple[str, bytes] | None) -> ScreenOut:
    screen: Screen | None = None if head else getattr(vm, "screen", None)
    facts = facts_of(screen)
    return {
        "id": f"{vm.pk}.{head}" if head else str(vm.pk),
        "v": fresh[0] if fresh else kept.version if kept else "",
        "at": kept.seen_at if kept else 0.0,
        "health": facts["health"],
        "since": facts["since"],
        "source": facts["source"],
        "img": _url(fresh[1]) if fresh else None,
    }


def _url(data: bytes) -> str:
    return f"data:{MEDIA_TYPE};base64,{base64.b64encode(data).decode()}"


def latest(vm: VM, *, is_large: bool, head: int = 0) -> tuple[str, bytes] | None:
    """Return version and bytes of a machine's last picture, and have a newer one taken.

    A screen that the machine does not have has none.
    """
    if not 0 <= head < count_screens(vm):
        return None
    key = key_of(vm, head)
    look([key], Pace.PAGE if is_large else Pace.LIST)
    return store.picture(key, is_large=is_large)
