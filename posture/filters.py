"""Which findings were asked for? The query string, checked."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlencode

from django.db.models import Q

from .checks import CHECKS
from .judging.verdicts import BAD
from .models import FindingQuerySet
from .severity import Area, Part, Severity

STATES = ("open", "unknown", "accepted")
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for; empty means any. `host` and `machine` are ids, `team` a slug."""

    severity: str = ""
    area: str = ""
    part: str = ""
    state: str = ""
    check: str = ""
    host: str = ""
    team: str = ""
    machine: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether anything was asked for."""
        return any(getattr(self, one.name) for one in fields(self))

    def without(self, *names: str) -> str:
        """Return the query string without some of it."""
        kept = {one.name: getattr(self, one.name) for one in fields(self)}
        return urlencode(
            {name: value for name, value in kept.items() if value and name not in names}
        )


def read_wish(query: Mapping[str, str]) -> Wish:
    """Return what the query string asks for; what makes no sense is left out."""
    given = {one.name: str(query.get(one.name, ""))[:LONGEST] for one in fields(Wish)}
    allowed = {
        "severity": Severity.values,
        "area": Area.values,
        "part": Part.values,
        "state": STATES,
    }
    for name, values in allowed.items():
        given[name] = given[name] if given[name] in values else ""
    for name in ("host", "machine"):
        given[name] = given[name] if given[name].isdecimal() and len(given[name]) < 18 else ""
    return Wish(**given)


def narrowed(found: FindingQuerySet, wish: Wish) -> FindingQuerySet:
    """Return those of the findings that were asked for."""
    plain = {"severity": wish.severity, "part": wish.part, "check_key": wish.check}
    found = found.filter(**{name: value for name, value in plain.items() if value})
    if wish.area:
        keys = [key for key, check in CHECKS.items() if check.area == wish.area]
        found = found.filter(check_key__in=keys)
    if wish.host:
        found = found.filter(Q(host=int(wish.host)) | Q(vm__host=int(wish.host)))
    if wish.machine:
        found = found.filter(vm=int(wish.machine))
    if wish.team:
        found = found.filter(vm__team__slug=wish.team)
    return _in_state(found, wish.state)


def _in_state(found: FindingQuerySet, state: str) -> FindingQuerySet:
    if state == "accepted":
        return found.exclude(acceptance=None)
    if state == "unknown":
        return found.filter(acceptance=None).exclude(state=BAD)
    return found.filter(acceptance=None, state=BAD) if state == "open" else found
