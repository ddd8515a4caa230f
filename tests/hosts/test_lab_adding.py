"""Adding real hosts: each step and each failure, over SSH, TCP and the socket."""

import time

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from hosts import ssh
from hosts.models import Host, HostState
from hosts.services.managing import add_host, request_probe, request_rescan
from hosts.wishes import HostWish
from jobs import running
from jobs.models import Job
from tests.hosts.conftest import Recorder, wait_state
from tests.lab import Lab, LabHost, wait_until

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def admin(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


@pytest.fixture
def trusted(lab: Lab) -> LabHost:
    """A host that lets our key in."""
    keys = lab.folder / "key.pub"
    before = keys.read_text()
    keys.write_text(f"{before.rstrip()}\n{ssh.public_key()}\n")
    yield lab["hv1"]
    keys.write_text(before)


def tried(client: Client, **wish: object) -> tuple[Job, float]:
    """Test an address as a person does, and return the job and how long it took."""
    answer = client.post(reverse("hosts:add"), {"action": "test", "name": "new", **wish})
    assert answer.status_code == 302, answer.content.decode()
    job = Job.objects.filter(kind="host.test").latest("pk")
    began = time.monotonic()
    running.run(job.pk)
    job.refresh_from_db()
    assert job.state == "succeeded", (job.error_message, job.error_detail)
    return job, time.monotonic() - began


def last_step(job: Job) -> tuple[str, str, str]:
    step = job.result["steps"][-1]
    return step["key"], step["state"], step["code"]


def test_ssh_host_is_tested_pinned_added_and_read(admin, trusted, recorder: Recorder, watcher):
    wish = {"transport": "ssh", "hostname": trusted.ip, "username": "root"}
    job, _seconds = tried(admin, **wish)
    assert last_step(job) == ("libvirt", "ok", "")
    page = admin.get(reverse("hosts:test", args=[job.pk])).content.decode()
    assert job.result["fingerprint"].startswith("SHA256:")
    assert job.result["fingerprint"] in page
    admin.post(reverse("hosts:add"), {**wish, "name": "new", "action": "save", "test": job.pk})
    host = Host.objects.get(name="new")
    assert host.host_key == job.result["host_key"]
    wait_state(host, HostState.ONLINE, 20)
    assert host.system_name == "hv1"


def test_ssh_login_that_is_refused_shows_our_key(admin, lab: Lab):
    job, seconds = tried(admin, transport="ssh", hostname=lab["hv1"].ip, username="root")
    assert last_step(job) == ("login", "fail", "access-denied")
    assert seconds < 5.0
    page = admin.get(reverse("hosts:test", args=[job.pk])).content.decode()
    assert ssh.public_key() in page
    assert f"ssh-copy-id -f -i guesthouse.pub root@{lab['hv1'].ip}" in page


def test_changed_host_key_is_refused(admin, trusted, recorder: Recorder, watcher):
    other = ssh.describe_key(ssh.asyncssh.generate_private_key("ssh-ed25519")).line
    host = add_host(
        HostWish("new", "ssh", hostname=trusted.ip, username="root", host_key=other), None
    )
    wait_state(host, HostState.UNREACHABLE, 20)
    assert host.error_code == "host-key"
    assert "another SSH key" in host.error_message
    place = reverse("hosts:edit", args=[host.pk])
    wish = {"name": "new", "transport": "ssh", "hostname": trusted.ip, "username": "root"}
    admin.post(place, {**wish, "action": "test"})
    job = Job.objects.filter(kind="host.test").latest("pk")
    running.run(job.pk)
    job.refresh_from_db()
    assert last_step(job) == ("host_key", "fail", "host-key")
    admin.post(place, {**wish, "action": "test", "new_key": "1"})
    job = Job.objects.filter(kind="host.test").latest("pk")
    running.run(job.pk)
    admin.post(place, {**wish, "action": "save", "new_key": "1", "test": job.pk})
    wait_state(host, HostState.ONLINE, 20)


def test_ssh_without_libvirt_behind_it_says_so(admin, trusted):
    trusted.kill_libvirtd()
    job, seconds = tried(admin, transport="ssh", hostname=trusted.ip, username="root")
    assert last_step(job) == ("login", "fail", "no-libvirt")
    assert seconds < 5.0


def test_port_that_is_not_ssh_says_so(admin, lab: Lab):
    job, seconds = tried(admin, transport="ssh", hostname=lab["hv1"].ip, port=16509)
    assert last_step(job)[:2] == ("host_key", "fail")
    assert seconds < 7.0


def test_tcp_host_is_tested(admin, lab: Lab):
    job, _seconds = tried(admin, transport="tcp", hostname=lab["hv1"].ip)
    assert last_step(job) == ("libvirt", "ok", "")


def test_socket_host_is_tested(admin, lab: Lab):
    job, _seconds = tried(admin, transport="local", socket=str(lab["hv1"].socket_path))
    assert last_step(job) == ("libvirt", "ok", "")


def test_something_else_on_the_port_is_no_libvirt(admin, lab: Lab):
    job, seconds = tried(admin, transport="tcp", hostname=lab["hv1"].ip, port=22)
    assert last_step(job)[:2] == ("libvirt", "fail")
    assert seconds < 6.0


@pytest.mark.parametrize("transport", ["ssh", "tcp"])
def test_black_hole_is_told_within_five_seconds(admin, lab: Lab, transport):
    """F13."""
    lab["hv1"].cut_link()
    job, seconds = tried(admin, transport=transport, hostname=lab["hv1"].ip)
    assert last_step(job)[:2] == ("port", "fail")
    assert seconds < 5.0


def test_frozen_libvirtd_is_told_within_five_seconds(admin, lab: Lab):
    lab["hv1"].freeze_libvirtd()
    job, seconds = tried(admin, transport="tcp", hostname=lab["hv1"].ip)
    assert last_step(job) == ("libvirt", "fail", "timeout")
    assert seconds < 6.0


def test_rescan_waits_until_everything_was_read(ada, lab: Lab, recorder: Recorder, watcher):
    wish = HostWish("hv1", "local", socket=str(lab["hv1"].socket_path))
    host = wait_state(add_host(wish, ada), HostState.ONLINE)
    before = len(recorder.resyncs)
    job = request_rescan(host, ada)
    running.run(job.pk)
    job.refresh_from_db()
    assert job.state == "succeeded"
    assert len(recorder.resyncs) > before


def test_probe_finds_that_only_emulation_works(ada, lab: Lab, recorder: Recorder, watcher):
    wish = HostWish("hv1", "local", socket=str(lab["hv1"].socket_path))
    host = wait_state(add_host(wish, ada), HostState.ONLINE)
    wait_until(
        lambda: Job.objects.filter(kind="host.probe", state__in=["succeeded", "failed"]).exists(),
        timeout=60, what="the watcher asked for the probe by itself",
    )  # fmt: skip
    job = Job.objects.filter(kind="host.probe").first() or request_probe(host, ada)
    assert job.state == "succeeded", (job.error_message, job.error_detail)
    host.refresh_from_db()
    assert host.kvm_works is False
    assert host.kvm_reason


def test_ssh_host_from_the_command_line_is_pinned_at_first_use(trusted, recorder, watcher):
    call_command("addhost", "--transport", "ssh", "--hostname", trusted.ip, "--username", "root")
    host = wait_state(Host.objects.get(name=trusted.ip), HostState.ONLINE, 20)
    assert host.host_key == ssh.fetch_host_key(trusted.ip, 22).line
