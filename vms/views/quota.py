"""What the quotas would be like with new machines, in words: before they are asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from quotas.amounts import shown
from quotas.models import Resource
from quotas.services import TEAM, Line


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """One limited resource in words, and how full its meter is."""

    line: Line
    used: str
    after: str
    limit: str

    @classmethod
    def of(cls, line: Line) -> "QuotaRow":
        """Return the line in words."""
        amounts = (line.used, line.after, line.limit or 0)
        return cls(line, *(shown(line.resource, amount) for amount in amounts))

    @property
    def is_own(self) -> bool:
        """Whether it is the person's own limit in a team."""
        return self.line.scope != TEAM

    @property
    def left(self) -> str:
        """What is left afterwards, in words; nothing less than nothing."""
        return shown(self.line.resource, max(0, self.line.left or 0))


def tightest(lines: Sequence[Line]) -> Line | None:
    """Return the line of which the smallest part is left."""
    limited = [line for line in lines if line.limit]
    return min(limited, key=lambda line: (line.left or 0) / (line.limit or 1), default=None)


def leaves(lines: Sequence[Line]) -> str:
    """Return what is left of the scarcest resource: "3 of 8 vCPU"; "" without a limit."""
    line = tightest(lines)
    if line is None:
        return ""
    words = {
        "left": shown(line.resource, max(0, line.left or 0)),
        "limit": shown(line.resource, line.limit or 0),
        "what": line.resource.label,
    }
    return _("%(left)s of %(limit)s %(what)s") % words


def room_for(lines: Sequence[Line], one: Mapping[Resource, int]) -> int | None:
    """Return for how many machines of which each uses `one` there is room; None is any number."""
    rooms = [
        max(0, line.limit - line.used) // one[line.resource]
        for line in lines
        if line.limit is not None and one.get(line.resource)
    ]
    return min(rooms, default=None)
