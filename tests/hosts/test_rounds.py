"""Which screen is looked at when."""

from hosts.watching.rounds import CALM, FIRST_REST, LONGEST_REST, Rounds
from live.looking import Pace


def test_every_running_guest_has_its_turn_about_once_a_minute():
    rounds = Rounds(is_calm_wanted=True)
    guests = [f"g{number}" for number in range(20)]
    rounds.follow(guests, 100.0)
    seen = []
    now = 100.0
    while now < 100.0 + 2 * CALM:
        for uuid in rounds.due(now)[:1]:
            rounds.done(uuid, now)
            seen.append(uuid)
        now += 0.5
    assert {uuid: seen.count(uuid) for uuid in guests} == dict.fromkeys(guests, 2)


def test_nobody_looks_at_a_simulated_guest_unasked():
    rounds = Rounds(is_calm_wanted=False)
    rounds.follow(["a", "b"], 100.0)
    assert rounds.due(10_000.0) == []
    assert rounds.next_due() == float("inf")
    rounds.want({"b": Pace.WALL})
    assert rounds.due(10_000.0) == ["b"]


def test_what_people_look_at_comes_first_and_at_its_pace():
    rounds = Rounds(is_calm_wanted=True)
    rounds.follow(["calm", "wall", "page"], 0.0)
    for uuid in ("calm", "wall", "page"):
        rounds.done(uuid, 1000.0)
    rounds.want({"wall": Pace.WALL, "page": Pace.PAGE})
    assert rounds.due(1000.1) == ["page", "wall"]  # somebody just came
    rounds.done("page", 1000.1)
    rounds.done("wall", 1000.1)
    assert rounds.due(1001.0) == []
    assert rounds.due(1001.2) == ["page"]
    assert rounds.due(1005.2) == ["page", "wall"]
    assert rounds.due(1000.0 + CALM) == ["page", "wall", "calm"]


def test_what_is_due_in_a_moment_comes_along():
    rounds = Rounds(is_calm_wanted=False)
    rounds.follow(["a", "b", "c"], 0.0)
    rounds.want(dict.fromkeys("abc", Pace.WALL))
    for uuid, at in (("a", 1000.0), ("b", 1000.8), ("c", 1003.0)):
        rounds.done(uuid, at)
    assert rounds.due(1004.9) == []
    assert rounds.due(1005.0) == ["a", "b"]


def test_what_fails_rests_longer_and_longer():
    rounds = Rounds(is_calm_wanted=True)
    rounds.follow(["a"], 0.0)
    rounds.want({"a": Pace.PAGE})
    rounds.failed("a", 1000.0)
    assert rounds.due(1000.0 + FIRST_REST - 0.1) == []
    assert rounds.due(1000.0 + FIRST_REST) == ["a"]
    for _ in range(20):
        rounds.failed("a", 2000.0)
    assert rounds.due(2000.0 + LONGEST_REST - 0.1) == []
    rounds.done("a", 3000.0)
    assert rounds.due(3001.0) == ["a"]


def test_what_stopped_is_forgotten():
    rounds = Rounds(is_calm_wanted=True)
    rounds.follow(["a", "b"], 0.0)
    rounds.follow(["b"], 1.0)
    rounds.want({"a": Pace.PAGE})
    assert rounds.due(1000.0) == ["b"]


def test_further_screens_are_looked_at_by_wish_only():
    for is_calm_wanted in (True, False):
        rounds = Rounds(is_calm_wanted=is_calm_wanted)
        rounds.follow(["a"], 100.0)
        rounds.done("a", 100.0)
        rounds.want({"a#1": Pace.WALL, "gone#1": Pace.WALL})
        assert rounds.due(100.1) == ["a#1"]
        rounds.done("a#1", 100.1)
        assert rounds.due(101.0) == []
        rounds.failed("a#1", 105.2)
        assert rounds.due(106.0) == []
        rounds.want({})
        rounds.follow(["a"], 110.0)
        assert "a#1" not in rounds.due(10_000.0)
