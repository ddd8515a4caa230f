"""Who goes where, and what evens out: pure rules on made-up figures."""

from collections.abc import Mapping

from maintenance.balance import GuestLoad, HostLoad, propose, spread
from maintenance.planning import Assigned, Guest, Place, assign

GIB = 1024**3


def where(found: list[Assigned]) -> dict[str, int | None]:
    return {one.guest.name: one.target for one in found}


def test_big_machines_come_first_and_go_where_most_is_left() -> None:
    guests = [Guest(1, "small", GIB), Guest(2, "big", 6 * GIB), Guest(3, "mid", 4 * GIB)]
    found = assign(
        guests, {10: 8 * GIB, 20: 6 * GIB}, lambda _guest, _planned: [Place(10), Place(20)]
    )
    assert [one.guest.name for one in found] == ["big", "mid", "small"]
    assert where(found) == {"big": 10, "mid": 20, "small": 10}


def test_a_host_without_room_is_the_last_choice_but_one() -> None:
    found = assign(
        [Guest(1, "web", 4 * GIB)],
        {10: GIB, 20: 5 * GIB},
        lambda _guest, _planned: [Place(10), Place(20, 2)],
    )
    assert where(found) == {"web": 20}
    crowded = assign([Guest(1, "web", 4 * GIB)], {10: GIB}, lambda _guest, _planned: [Place(10)])
    assert where(crowded) == {"web": 10}


def test_what_speaks_less_for_a_host_counts_before_its_room() -> None:
    free = {10: 40 * GIB, 20: 8 * GIB}
    found = assign(
        [Guest(1, "web", GIB)], free, lambda _guest, _planned: [Place(10, 1), Place(20, 0)]
    )
    assert where(found) == {"web": 20}


def test_machine_that_cannot_move_keeps_its_reason() -> None:
    (one,) = assign(
        [Guest(1, "gpu", GIB)], {}, lambda _guest, _planned: "a device is passed through"
    )
    assert (one.target, one.reason) == (None, "a device is passed through")


def test_each_is_asked_knowing_where_those_before_it_go() -> None:
    seen: dict[str, dict[int, int | None]] = {}

    def places(guest: Guest, planned: Mapping[int, int | None]) -> list[Place] | str:
        seen[guest.name] = dict(planned)
        return "it cannot" if guest.name == "mid" else [Place(10)]

    guests = [Guest(1, "small", GIB), Guest(2, "big", 6 * GIB), Guest(3, "mid", 4 * GIB)]
    assign(guests, {10: 8 * GIB}, places)
    assert seen == {
        "big": {1: None, 2: None, 3: None},
        "mid": {1: None, 2: 10, 3: None},
        "small": {1: None, 2: 10},
    }


def host(pk: int, busy: float, used: int) -> HostLoad:
    return HostLoad(pk, f"h{pk}", 10, busy, 100 * GIB, used * GIB)


def test_the_move_that_evens_out_most_is_proposed_with_its_effect() -> None:
    hosts = [host(1, 9, 60), host(2, 1, 20)]
    guests = [GuestLoad(7, "huge", 1, 8.5, 10 * GIB), GuestLoad(8, "half", 1, 4.0, 20 * GIB)]
    (one,) = propose(hosts, guests, lambda _guest, _host: True, threshold=20)
    assert one.guest.name == "half"
    assert (one.source.cpu_percent, one.source_after.cpu_percent) == (90, 50)
    assert (one.target.cpu_percent, one.target_after.cpu_percent) == (10, 50)
    assert (one.source_after.memory_percent, one.target_after.memory_percent) == (40, 40)


def test_nothing_is_proposed_below_the_threshold_or_against_the_rules() -> None:
    guests = [GuestLoad(8, "half", 1, 4.0, 20 * GIB)]
    calm = [host(1, 5, 50), host(2, 4, 40)]
    assert propose(calm, guests, lambda _guest, _host: True, threshold=20) == []
    uneven = [host(1, 9, 60), host(2, 1, 20)]
    assert propose(uneven, guests, lambda _guest, _host: False, threshold=20) == []
    assert spread([]) == 0


def test_no_machine_moves_twice_and_none_makes_it_worse() -> None:
    hosts = [host(1, 9, 90), host(2, 1, 10), host(3, 2, 10)]
    guests = [GuestLoad(n, f"g{n}", 1, 1.5, 12 * GIB) for n in range(6)]
    found = propose(hosts, guests, lambda _guest, _host: True, threshold=5)
    assert len({one.guest.pk for one in found}) == len(found) <= 5
    assert all(one.gain > 0 for one in found)
    assert all(one.target_after.load < one.source.load for one in found)
