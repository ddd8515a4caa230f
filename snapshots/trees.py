"""Where do snapshots stand in the tree, and which lines run through each row? Pure.

The newest row comes first, "you are here" above all. A lane is a column of the drawing; the line
of the present state is the first one, a branch takes the next that is free.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .models import Snapshot


@dataclass(frozen=True, slots=True)
class Rail:
    """What is drawn left of a row: its own lane, and the lines from above and to below."""

    lane: int
    is_tip: bool  # nothing comes from above
    is_root: bool  # nothing goes on below
    through: tuple[int, ...] = ()  # lanes that only pass
    joins: tuple[int, ...] = ()  # lanes that end here, from above


@dataclass(frozen=True, slots=True)
class Node:
    """A snapshot with its place."""

    snapshot: Snapshot
    rail: Rail


@dataclass(frozen=True, slots=True)
class Tree:
    """All rows, and how many lanes they need."""

    nodes: Sequence[Node] = ()
    lanes: int = 1
    current: Snapshot | None = None


@dataclass(slots=True)
class _Lanes:
    """Which snapshot each lane leads to, while the rows are laid from the newest on."""

    goals: list[int | None] = field(default_factory=list)

    def place(self, row: Snapshot) -> Rail:
        leading = [lane for lane, goal in enumerate(self.goals) if goal == row.pk]
        lane = leading[0] if leading else self._free()
        through = tuple(
            at for at, goal in enumerate(self.goals) if goal is not None and at not in leading
        )
        for other in leading[1:]:
            self.goals[other] = None
        self.goals[lane] = row.parent_id
        return Rail(lane, not leading, row.parent_id is None, through, tuple(leading[1:]))

    def _free(self) -> int:
        """Return a free lane; the first one is the present state's alone."""
        for lane in range(1, len(self.goals)):
            if self.goals[lane] is None:
                return lane
        self.goals.append(None)
        return len(self.goals) - 1


def tree_of(snapshots: Iterable[Snapshot]) -> Tree:
    """Return the tree of a machine's snapshots."""
    rows = {row.pk: row for row in snapshots if row.is_made}
    current = next((row for row in rows.values() if row.is_current), None)
    lanes = _Lanes([current.pk if current else None])
    ordered = sorted(
        rows.values(), key=lambda row: (row.created_at, _depth(rows, row), row.pk), reverse=True
    )
    nodes = [Node(row, lanes.place(row)) for row in ordered]
    return Tree(nodes, len(lanes.goals), current)


def _depth(rows: dict[int, Snapshot], row: Snapshot) -> int:
    depth, at = 0, row
    while (above := rows.get(at.parent_id or 0)) is not None and depth < len(rows):
        depth, at = depth + 1, above
    return depth
