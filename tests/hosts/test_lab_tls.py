"""Hosts by TLS: tested, added and used; every certificate that does not fit is told apart."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from hosts.addresses import address_of, pki_path
from hosts.models import Host, HostState
from hosts.services.managing import add_host
from hosts.watching.supervisor import Supervisor
from hosts.wishes import HostWish
from jobs import running
from jobs.models import Job
from tests.hosts.conftest import Recorder, wait_state
from tests.lab import Lab, LabHost, wait_until
from tests.lab.certificates import Authority
from virt import pool

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def tls(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """The portal's folder for certificates, empty."""
    settings.DATA_DIR = tmp_path
    folder = tmp_path / "tls"
    folder.mkdir()
    yield folder
    pool.close_all()


@pytest.fixture
def hv1(lab: Lab, tls: Path) -> LabHost:
    """A lab host whose certificates the portal has."""
    take(lab["hv1"].pki, tls)
    return lab["hv1"]


def take(source: Path, tls: Path) -> None:
    for path in source.iterdir():
        (tls / path.name).write_bytes(path.read_bytes())


def tried(ada: User, hostname: str, **wish: object) -> tuple[Job, float, str]:
    """Test an address as a person does; return the job, how long it took, and the page."""
    client = Client()
    client.force_login(ada)
    form = {"action": "test", "name": "new", "transport": "tls", "hostname": hostname, **wish}
    answer = client.post(reverse("hosts:add"), form)
    assert answer.status_code == 302, answer.content.decode()
    job = Job.objects.filter(kind="host.test").latest("pk")
    began = time.monotonic()
    running.run(job.pk)
    seconds = time.monotonic() - began
    job.refresh_from_db()
    assert job.state == "succeeded", (job.error_message, job.error_detail)
    return job, seconds, client.get(reverse("hosts:test", args=[job.pk])).content.decode()


def assert_told(ada: User, hostname: str, code: str, words: str, **wish: object) -> None:
    job, seconds, page = tried(ada, hostname, **wish)
    step = job.result["steps"][-1]
    assert (step["key"], step["state"], step["code"]) == ("libvirt", "fail", code), step
    assert words in page
    assert seconds < 5.0


def test_tls_host_is_tested_added_read_and_used(
    ada: User, hv1: LabHost, lab: Lab, recorder: Recorder, watcher: Supervisor
) -> None:
    guest = lab.guest(hv1, "secured")
    job, seconds, _page = tried(ada, hv1.ip)
    assert job.result["is_ok"]
    assert seconds < 5.0
    client = Client()
    client.force_login(ada)
    form = {"name": "new", "transport": "tls", "hostname": hv1.ip, "action": "save", "test": job.pk}
    assert client.post(reverse("hosts:add"), form).status_code == 302
    host = wait_state(Host.objects.get(name="new"), HostState.ONLINE, 20)
    assert host.system_name == "hv1"
    wait_until(lambda: recorder.states.get(("new", "secured")) == "running")
    with pool.pooled(address_of(host), "ops") as hypervisor:
        assert hypervisor.addr.pki == pki_path()
        domain = hypervisor.get_domain(guest.uuid)
        domain.force_off()
        wait_until(lambda: recorder.states.get(("new", "secured")) == "off")
        domain.start()
    wait_until(lambda: recorder.states.get(("new", "secured")) == "running")
    guest.wait_ticking()


def test_foreign_authority_is_told(ada: User, hv1: LabHost, tls: Path) -> None:
    Authority("Somebody else").write(tls)
    assert_told(ada, hv1.ip, "certificate", "is not signed by the authority in cacert.pem")


def test_certificate_for_another_name_is_told(ada: User, hv1: LabHost) -> None:
    other = hv1.ip.rpartition(".")[0] + ".201"  # an address that is not in the certificate
    hv1.inside("ip", "addr", "add", f"{other}/24", "dev", "eth0")
    try:
        assert_told(ada, other, "certificate-name", "is made out to another name")
    finally:
        hv1.inside("ip", "addr", "del", f"{other}/24", "dev", "eth0")


@pytest.mark.parametrize("kind", ["foreign", "none"])
def test_certificate_that_the_host_does_not_accept_is_told(
    ada: User, hv1: LabHost, tls: Path, kind: str
) -> None:
    ours = (tls / "cacert.pem").read_bytes()
    if kind == "foreign":
        Authority("Somebody else").issue(tls, "client")
        (tls / "cacert.pem").write_bytes(ours)
    else:
        (tls / "clientcert.pem").unlink()
        (tls / "clientkey.pem").unlink()
    words = "does not accept the certificate of Guesthouse"
    assert_told(ada, hv1.ip, "client-certificate", words)


def test_expired_certificate_is_told(ada: User, hv1: LabHost, tls: Path) -> None:
    authority = Authority()
    pki = hv1.folder / "etc/pki"
    before = {path: path.read_bytes() for path in pki.iterdir()}
    authority.write(tls)
    hv1.kill_libvirtd()
    authority.issue(pki, "server", [hv1.ip], lasts=timedelta(seconds=6))
    authority.issue(tls, "client")
    hv1.start_libvirtd()  # which refuses to start with one that has run out
    try:
        wait_until(lambda: "certificate-expired" in codes(ada, hv1.ip), timeout=20, every=0.5)
        assert_told(ada, hv1.ip, "certificate-expired", "is not valid at this time")
    finally:
        for path, data in before.items():
            path.write_bytes(data)
        hv1.restart_libvirtd()


def codes(ada: User, hostname: str) -> list[str]:
    return [step["code"] for step in tried(ada, hostname)[0].result["steps"]]


def test_portal_without_certificates_says_so(ada: User, lab: Lab) -> None:
    assert_told(ada, lab["hv1"].ip, "no-certificate", "has no certificates that it can read")


def test_port_without_tls_says_so(ada: User, hv1: LabHost) -> None:
    job, seconds, page = tried(ada, hv1.ip, port=22)
    assert job.result["steps"][-1]["code"] == "no-tls"
    assert "but it is not TLS" in page
    assert seconds < 5.0


def test_watcher_tells_the_same_and_comes_back(
    ada: User, hv1: LabHost, tls: Path, recorder: Recorder, watcher: Supervisor
) -> None:
    right = (tls / "cacert.pem").read_bytes()
    Authority("Somebody else").write(tls)
    host = add_host(HostWish("new", "tls", hostname=hv1.ip), ada)
    wait_state(host, HostState.UNREACHABLE)
    assert host.error_code == "certificate"
    assert "not signed by the authority" in host.error_message
    (tls / "cacert.pem").write_bytes(right)
    wait_state(host, HostState.ONLINE, 20)
