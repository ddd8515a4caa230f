"""Several watchers share the hosts, and a dead one's hosts are taken over."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from hosts.models import Host, Watcher
from hosts.services.managing import remove_host
from hosts.watching import leases
from hosts.watching.supervisor import Supervisor
from tests.lab import wait_until

pytestmark = pytest.mark.django_db


def hosts(number: int) -> None:
    for index in range(number):
        Host.objects.create(name=f"elm{index}", transport="test", test_path="/default")


def watched_by(name: str) -> int:
    return Host.objects.filter(watcher=name).count()


def one_round(name: str) -> None:
    share = leases.renew(name)
    mine, free = leases.look(name)
    if free:
        leases.claim(name, share - len(mine))


def test_one_watcher_takes_all():
    hosts(5)
    one_round("a")
    mine, free = leases.look("a")
    assert (len(mine), free) == (5, 0)


def test_second_watcher_gets_half():
    hosts(4)
    one_round("a")
    leases.sign_on("b")
    one_round("a")
    one_round("b")
    assert (watched_by("a"), watched_by("b")) == (2, 2)


def test_hosts_of_a_dead_watcher_are_taken_over():
    hosts(3)
    one_round("dead")
    past = timezone.now() - timedelta(seconds=1)
    Host.objects.update(watcher_until=past)
    Watcher.objects.update(until=past)
    one_round("b")
    assert watched_by("b") == 3


def test_lease_of_a_living_watcher_is_left_alone():
    hosts(3)
    one_round("a")
    leases.claim("b", 3)
    assert watched_by("a") == 3


def test_lease_and_round_are_short_enough_for_a_take_over_in_thirty_seconds():
    from hosts.watching import supervisor

    assert leases.LEASE + supervisor.RENEW_EVERY + supervisor.ROUND < 30


def test_signing_off_gives_hosts_back_at_once():
    hosts(2)
    one_round("a")
    leases.sign_off("a")
    one_round("b")
    assert watched_by("b") == 2


def test_idle_round_is_one_query(django_assert_num_queries):
    hosts(20)
    one_round("a")
    with django_assert_num_queries(1):
        leases.look("a")


@pytest.mark.django_db(transaction=True)
def test_supervisor_starts_and_stops_threads_with_the_hosts():
    hosts(2)
    supervisor, stop = Supervisor("a"), threading.Event()
    thread = threading.Thread(target=supervisor.run, args=(stop,), daemon=True)
    thread.start()
    wait_until(lambda: Host.objects.filter(state="online").count() == 2, what="both are read")
    assert len(supervisor._threads) == 2
    remove_host(Host.objects.first(), None)
    wait_until(lambda: len(supervisor._threads) == 1, what="a thread ended")
    stop.set()
    thread.join(10)
    assert not Watcher.objects.exists()
    assert watched_by("a") == 0
