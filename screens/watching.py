"""Who looks at which screens? A page says what is visible and gets what it does not have yet."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from django.http import QueryDict

from accounts.access import Capability, Person
from live.looking import Pace, look
from screens import store
from screens.models import Screen
from screens.pictures import MEDIA_TYPE
from screens.telling import facts_of
from vms.models import VM

MOST_MACHINES = 200  # that one page may look at
MOST_AT_ONCE = 4  # that one page may look at every second
LONGEST = 20_000  # characters


class ScreenOut(TypedDict):
    """One screen as a page gets it: `img` is a data URL, or absent where the page has it."""

    id: int
    v: str
    at: float
    health: str
    since: str
    source: str
    img: str | None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a page asked for: machines with the versions it has, and how often."""

    have: Mapping[int, str]
    pace: Pace
    is_large: bool

    @classmethod
    def read(cls, params: QueryDict) -> "Wish":
        """Read "7:18c2,9:" as machine 7 at a version and machine 9 without a picture."""
        have: dict[int, str] = {}
        for word in params.get("have", "")[:LONGEST].split(",")[:MOST_MACHINES]:
            number, _colon, version = word.partition(":")
            if number.isdecimal() and len(number) < 18:
                have[int(number)] = version[:20]
        asked = params.get("pace", "")
        pace = Pace(asked) if asked in set(Pace) else Pace.WALL
        if pace is Pace.PAGE and len(have) > MOST_AT_ONCE:
            pace = Pace.WALL
        return cls(have, pace, params.get("size") == "large")


def answer(user: Person, wish: Wish) -> list[ScreenOut]:
    """Note what is looked at, and return the screens of those machines that `user` may see."""
    machines = VM.objects.allowing(user, Capability.VM_CONSOLE).filter(pk__in=list(wish.have))
    rows = list(machines.select_related("screen").only("host_id", "uuid", "started_at", "screen"))
    keys = {vm.pk: (vm.host_id, str(vm.uuid)) for vm in rows}
    look(keys.values(), wish.pace)
    known = store.kept(keys.values())
    stale = [
        key for pk, key in keys.items() if key in known and known[key].version != wish.have[pk]
    ]
    fresh = store.pictures(stale, is_large=wish.is_large)
    return [_out(vm, known.get(keys[vm.pk]), fresh.get(keys[vm.pk])) for vm in rows]


def _out(vm: VM, kept: store.Kept | None, fresh: tuple[str, bytes] | None) -> ScreenOut:
    screen: Screen | None = getattr(vm, "screen", None)
    facts = facts_of(screen)
    return {
        "id": vm.pk,
        "v": fresh[0] if fresh else kept.version if kept else "",
        "at": kept.seen_at if kept else 0.0,
        "health": facts["health"],
        "since": facts["since"],
        "source": facts["source"],
        "img": _url(fresh[1]) if fresh else None,
    }


def _url(data: bytes) -> str:
    return f"data:{MEDIA_TYPE};base64,{base64.b64encode(data).decode()}"


def latest(vm: VM, *, is_large: bool) -> tuple[str, bytes] | None:
    """Return version and bytes of a machine's last picture, and have a newer one taken."""
    key: Any = (vm.host_id, str(vm.uuid))
    look([key], Pace.PAGE if is_large else Pace.LIST)
    return store.picture(key, is_large=is_large)
