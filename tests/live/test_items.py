"""What waits for a page: the newest of each row, and a resync when it is too much."""

import json

from live.items import LIMIT, Item, Waiting


def test_the_newest_facts_of_a_row_win() -> None:
    waiting = Waiting()
    waiting.add(Item("vm", 7, 1, {"state": "off", "cpu": 0}))
    waiting.add(Item("vm", 7, 2, {"state": "running", "cpu": 3}))
    assert json.loads(waiting.take(4)) == {
        "t": "batch",
        "seq": 4,
        "items": [
            {"kind": "vm", "id": 7, "rev": 2, "first": 1, "facts": {"state": "running", "cpu": 3}}
        ],
    }
    assert not waiting


def test_facts_told_apart_are_sent_together() -> None:
    waiting = Waiting()
    waiting.add(Item("vm", 7, 1, {"state": "running"}))
    waiting.add(Item("vm", 7, 2, {"cpu": 3}))
    (item,) = json.loads(waiting.take(1))["items"]
    assert item["facts"] == {"state": "running", "cpu": 3}


def test_a_late_older_change_does_not_win() -> None:
    waiting = Waiting()
    waiting.add(Item("vm", 7, 5, {"state": "running"}))
    waiting.add(Item("vm", 7, 4, {"state": "off", "cpu": 1}))
    (item,) = json.loads(waiting.take(1))["items"]
    assert (item["rev"], item["facts"]) == (5, {"state": "running", "cpu": 1})


def test_a_page_too_far_behind_fetches_again() -> None:
    waiting = Waiting()
    for number in range(LIMIT + 10):
        waiting.add(Item("vm", number, 1, {}))
    assert json.loads(waiting.take(9)) == {"t": "resync", "seq": 9}
    assert not waiting


def test_a_page_that_hears_nothing_is_told_until_it_fetches_again() -> None:
    waiting = Waiting()
    waiting.add(Item("vm", 7, 1, {}))
    waiting.add_deaf()
    waiting.ping = True
    assert json.loads(waiting.take(1)) == {"t": "deaf", "seq": 1}
    assert not waiting
    waiting.add_deaf()
    waiting.add_resync()
    assert json.loads(waiting.take(2)) == {"t": "resync", "seq": 2}
    assert not waiting
