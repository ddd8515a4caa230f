"""The score: shares of weight, what is not known is no gain, ceilings hold."""

import pytest

from posture.checks import CHECKS
from posture.scoring import Tally, cost_of, score_of, share_of, site_score
from posture.severity import CEILINGS, SHARES, WEIGHTS, Severity


def tally(passed: int = 0, lost: int = 0, unknown: int = 0, *worst: str) -> Tally:
    return Tally(passed, lost, unknown, worst=frozenset(worst))


@pytest.mark.parametrize(
    ("made_of", "value", "ceiling"),
    [
        (tally(), None, ""),
        (tally(7), 100, ""),
        (tally(90, 10), 90, ""),
        (tally(80, 0, 20), 80, ""),
        (tally(95, 5, 0, "medium"), 95, ""),
        (tally(960, 40, 0, "critical"), 49, "critical"),
        (tally(985, 15, 0, "high", "low"), 79, "high"),
        (tally(30, 70, 0, "critical"), 30, ""),
        (tally(60, 40, 0, "critical", "high"), 49, "critical"),
        (tally(0, 40, 0, "critical"), 0, ""),
    ],
)
def test_score(made_of: Tally, value: int | None, ceiling: str) -> None:
    found = score_of(made_of)
    assert (found.value, found.ceiling) == (value, ceiling)


def test_points_add_up_to_a_hundred() -> None:
    found = score_of(tally(60, 25, 15, "high"))
    assert (found.bare, found.lost, found.unknown) == (60, 25.0, 15.0)
    assert cost_of(5, tally(60, 25, 15)) == 5.0
    assert cost_of(5, tally()) == 0.0


def test_many_machines_do_not_hide_one_portal() -> None:
    parts = {"site": tally(50, 50), "host": tally(100), "vm": tally(100_000)}
    assert site_score(parts).value == 80
    assert site_score({**parts, "host": tally()}).value == 71  # 40 of 70 and 30 of 70
    assert site_score({**parts, "vm": tally(100_000, 0, 0, "critical")}).value == 49
    assert site_score({}).value is None
    assert share_of("site", parts) == 0.4
    assert share_of("host", {**parts, "host": tally()}) == 0.0


def test_the_table_is_whole() -> None:
    assert set(WEIGHTS) == set(Severity.values)
    assert sum(SHARES.values()) == 100
    weights = [WEIGHTS[one] for one in Severity.values]
    assert weights == sorted(weights, reverse=True)
    assert CEILINGS[Severity.CRITICAL] < CEILINGS[Severity.HIGH] < 100
    assert all(check.title and check.why and check.fix for check in CHECKS.values())
