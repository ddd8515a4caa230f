"""What came of a check: holds, does not hold, or cannot be said."""

from collections.abc import Iterable
from dataclasses import dataclass

OK, BAD, UNKNOWN = "ok", "bad", "unknown"
MOST_EVIDENCE = 50  # names that are kept; more are counted
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check of one thing. `evidence` names what exactly, in words of no language, sorted."""

    key: str
    state: str
    evidence: tuple[str, ...] = ()


def judged(key: str, evidence: Iterable[str], *, known: bool = True) -> Verdict:
    """Return that it does not hold where there is evidence; without, that it holds if `known`."""
    found = sorted({one[:LONGEST] for one in evidence})
    if len(found) > MOST_EVIDENCE:
        found = [*found[:MOST_EVIDENCE], f"+{len(found) - MOST_EVIDENCE}"]
    if found:
        return Verdict(key, BAD, tuple(found))
    return Verdict(key, OK if known else UNKNOWN)


def unknown(key: str) -> Verdict:
    """Return that it cannot be said."""
    return Verdict(key, UNKNOWN)
