"""What is the score? Pure: weights in, a number from 0 to 100 out. Decision 0020 says why so.

Of the weight of all checks that apply, the share that is known to hold. What is not known counts
as not known: it is no gain. What is accepted is left out. While a severe finding stands the score
cannot be higher than the ceiling of its severity.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .severity import CEILINGS, SHARES

FULL = 100


@dataclass(frozen=True, slots=True)
class Tally:
    """Weights of checks: that hold, that do not, of which nothing is known, that are accepted.

    `worst` is the severities of findings that stand; `found` how many these are.
    """

    passed: int = 0
    lost: int = 0
    unknown: int = 0
    accepted: int = 0
    found: int = 0
    worst: frozenset[str] = frozenset()

    def __add__(self, other: "Tally") -> "Tally":
        """Return both together."""
        return Tally(
            self.passed + other.passed,
            self.lost + other.lost,
            self.unknown + other.unknown,
            self.accepted + other.accepted,
            self.found + other.found,
            self.worst | other.worst,
        )

    @property
    def whole(self) -> int:
        """The weight of everything that counts."""
        return self.passed + self.lost + self.unknown


@dataclass(frozen=True, slots=True)
class Score:
    """`value` is 0 to 100, None where nothing was looked at. `lost` and `unknown` are points.

    `bare` is what it would be without a ceiling; `ceiling` is the severity that holds it down.
    """

    value: int | None
    bare: int = 0
    lost: float = 0.0
    unknown: float = 0.0
    ceiling: str = ""


def score_of(tally: Tally) -> Score:
    """Return the score of one thing, or of many of one kind."""
    if not tally.whole:
        return Score(None)
    unit = FULL / tally.whole
    value = FULL * tally.passed // tally.whole
    bare = Score(None, value, round(tally.lost * unit, 1), round(tally.unknown * unit, 1))
    return _held(bare, tally.worst)


def site_score(parts: Mapping[str, Tally]) -> Score:
    """Return the score of the whole site: its parts by their shares; one without things is out."""
    shares = {part: SHARES[part] for part, tally in parts.items() if tally.whole}
    if not shares:
        return Score(None)
    unit = FULL / sum(shares.values())

    def points(name: str) -> float:
        weights = ((part, getattr(parts[part], name) / parts[part].whole) for part in shares)
        return float(sum(shares[part] * unit * share for part, share in weights))

    worst = frozenset[str]().union(*(tally.worst for tally in parts.values()))
    bare = Score(
        None, int(points("passed") + 1e-9), round(points("lost"), 1), round(points("unknown"), 1)
    )
    return _held(bare, worst)


def cost_of(weight: int, tally: Tally, share: float = 1.0) -> float:
    """Return how many points a finding of this weight takes from the score of `tally`."""
    return round(FULL * share * weight / tally.whole, 1) if tally.whole else 0.0


def share_of(part: str, parts: Mapping[str, Tally]) -> float:
    """Return how much a part counts in the score of the site, 0 to 1."""
    there = sum(SHARES[name] for name, tally in parts.items() if tally.whole)
    return SHARES[part] / there if there and parts[part].whole else 0.0


def _held(bare: Score, worst: Iterable[str]) -> Score:
    """Return the score under the lowest ceiling that bites."""
    value, held = bare.bare, ""
    for severity in CEILINGS:
        if severity in worst and value > CEILINGS[severity]:
            value, held = CEILINGS[severity], severity
    return replace(bare, value=value, ceiling=held)
