"""The small parts of the watcher: what waits, what is due, what went wrong."""

import itertools
import threading
import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from hosts import failures, ssh
from hosts.addresses import known_hosts_line
from hosts.models import Host, HostState
from hosts.pages import tried_steps
from hosts.readiness import readiness_of
from hosts.watching.inbox import Inbox, Reading
from hosts.watching.schedule import GuestSchedule
from hosts.watching.side import Side
from hosts.watching.waiting import delay_after, wait
from virt.errors import AccessDenied, HostUnreachable, Unreachable
from virt.events import Event, EventKind
from virt.uri import HostAddress, Transport

TCP = HostAddress(Transport.TCP, hostname="juniper.example.net")


def test_events_of_one_guest_become_one_entry():
    inbox = Inbox()
    for _ in range(1000):
        inbox.put(Event(EventKind.LIFECYCLE, "a"))
    inbox.put(Event(EventKind.AGENT, "a"))
    inbox.put(Event(EventKind.POOL, "p"))
    batch = inbox.take(0)
    assert batch.guests == {"a": {EventKind.LIFECYCLE, EventKind.AGENT}}
    assert batch.is_storage_touched
    assert not batch.are_networks_touched
    assert inbox.take(0).is_empty


def test_inbox_wakes_at_once():
    inbox = Inbox()
    threading.Timer(0.05, inbox.post, [Reading("x", None)]).start()
    began = time.monotonic()
    assert inbox.take(5).readings
    assert time.monotonic() - began < 1


def test_stopped_inbox_does_not_wait():
    inbox = Inbox()
    inbox.stop()
    began = time.monotonic()
    inbox.take(5)
    assert inbox.is_stopped
    assert time.monotonic() - began < 1


def test_a_guest_is_read_soon_then_seldom(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("hosts.watching.schedule.time.monotonic", lambda: now[0])
    schedule = GuestSchedule()
    schedule.begin("a")
    dues = []
    for _ in range(7):
        now[0] = schedule.next_due()
        dues.append(now[0])
        assert schedule.take() == "a"
        schedule.done("a", found=False)
    gaps = [round(b - a) for a, b in itertools.pairwise(dues)]
    assert dues[0] == 2
    assert gaps == [5, 10, 20, 40, 60, 60]
    schedule.forget("a")
    assert schedule.next_due() is None


def test_an_agent_that_came_up_is_asked_at_once():
    schedule = GuestSchedule()
    schedule.begin("a")
    assert schedule.take() is None
    schedule.hurry("a")
    assert schedule.take() == "a"


@pytest.mark.parametrize(("tries", "delay"), [(1, 1), (2, 2), (3, 5), (4, 10), (5, 30), (9, 60)])
def test_tries_become_rarer(tries, delay):
    assert delay_after(tries, TCP) == delay
    assert delay_after(tries, HostAddress(Transport.LOCAL)) == min(delay, 5)


def test_waiting_ends_when_a_silent_port_answers(monkeypatch):
    monkeypatch.setattr("hosts.watching.waiting.PEEK_EVERY", 0.05)
    answers = iter([False, False, True])
    began = time.monotonic()
    wait(Inbox(), 30, TCP, peek=lambda _addr: next(answers))
    assert time.monotonic() - began < 2


def test_waiting_does_not_end_for_a_port_that_always_answers():
    began = time.monotonic()
    wait(Inbox(), 0.2, TCP, peek=lambda _addr: True)
    assert time.monotonic() - began >= 0.2


def test_waiting_ends_when_somebody_asks():
    inbox = Inbox()
    inbox.rescan()
    began = time.monotonic()
    wait(inbox, 30, None)
    assert time.monotonic() - began < 1


def test_one_task_at_a_time_on_a_line():
    inbox, gate = Inbox(), threading.Event()
    side = Side(HostAddress(Transport.TEST, test_path="/default"), inbox)
    assert side.start("storage", lambda _hypervisor: gate.wait(5))
    assert not side.start("networks", lambda _hypervisor: None)
    assert side.start("samples", lambda _hypervisor: "other line")
    assert inbox.take(5).readings[0].value == "other line"
    gate.set()
    assert inbox.take(5).readings[0].name == "storage"
    assert side.is_free("networks")
    side.close()


def test_stuck_task_is_left_behind(monkeypatch):
    inbox, gate = Inbox(), threading.Event()
    side = Side(HostAddress(Transport.TEST, test_path="/default"), inbox)
    side.start("storage", lambda _hypervisor: gate.wait(10))
    monkeypatch.setattr("hosts.watching.side.PATIENCE", 0.0)
    assert side.start("networks", lambda _hypervisor: "goes on")
    assert inbox.take(5).readings[0].value == "goes on"
    gate.set()
    side.close()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (HostUnreachable(cause=Unreachable.NO_NAME), "no-name"),
        (HostUnreachable(cause=Unreachable.REFUSED), "refused"),
        (HostUnreachable(cause=Unreachable.TIMEOUT), "timeout"),
        (HostUnreachable(), "other"),
        (AccessDenied(), "access-denied"),
        (failures.TooOldError("5.9.0"), "too-old"),
        (ValueError("x"), "bad-address"),
    ],
)
def test_each_failure_has_its_word_and_sentence(error, code):
    assert failures.code_of(error) == code
    assert "juniper" in failures.sentence(code, TCP, "juniper")
    assert failures.next_steps(code)


def test_old_libvirt_is_told_from_new():
    assert failures.is_too_old("5.10.0")
    assert not failures.is_too_old("6.0.0")
    assert not failures.is_too_old("10.0.0")


def test_old_libvirt_makes_a_host_not_ready():
    host = Host(name="juniper", transport="tcp")
    found = failures.explain(host, TCP, failures.TooOldError("5.9.0"), was_online=False)
    assert found.state == HostState.NOT_READY


def test_steps_end_at_the_one_that_failed():
    host = Host(name="juniper", transport="ssh", hostname="juniper", error_code="refused")
    assert [step.state for step in tried_steps(host)] == ["ok", "fail", "skip", "skip"]


def test_own_key_is_made_once_and_is_ours_alone():
    assert ssh.public_key() == ssh.public_key()
    assert ssh.public_key().startswith("ssh-ed25519 ")
    assert (ssh.key_path().stat().st_mode & 0o777) == 0o600


def test_known_hosts_line_names_an_unusual_port():
    assert known_hosts_line("juniper", 22, "k v") == "juniper k v\n"
    assert known_hosts_line("juniper", 2222, "k v") == "[juniper]:2222 k v\n"


@pytest.mark.django_db
def test_readiness_says_what_was_looked_at():
    host = Host.objects.create(
        name="juniper", transport="local", state=HostState.ONLINE, scanned_at=timezone.now()
    )
    host.kvm_works, host.kvm_reason = False, "not-offered"
    states = {one.title: one.state for one in readiness_of(host)}
    assert states["Emulation only, guests are slow"] == "warn"
    assert states["No storage pool is active"] == "warn"


@pytest.mark.django_db
def test_addhost_twice_is_one_host(capsys):
    for _ in range(2):
        call_command("addhost", "--name", "demo", "--transport", "test", "--test-path", "/default")
    assert Host.objects.get().name == "demo"
    Host.objects.update(last_seen=timezone.now() - timedelta(hours=1))
    call_command("removehost", "demo")
    call_command("removehost", "demo")
    assert not Host.objects.exists()
