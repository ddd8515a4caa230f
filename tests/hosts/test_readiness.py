"""What the readiness checks say, and what they offer to do about it."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.access import ActionRefused
from accounts.models import Team, User
from hosts.models import Host, HostState
from hosts.readiness import Fix, Readiness, failing, readiness_of
from hosts.readiness.findings import as_json
from hosts.services.fixing import request_fix
from hosts.watching.report import report_reached
from jobs.models import Job
from tests.factories import make_host, make_vm
from virt.hosts.readiness import Findings
from virt.hosts.validate import read_lines
from virt.xml import read_readiness

pytestmark = pytest.mark.django_db

SAID = """\
  QEMU: Checking for hardware virtualization                                 : FAIL (no)
  QEMU: Checking if device /dev/vhost-net exists              : WARN (Load the 'vhost_net' module)
  QEMU: Checking for cgroup 'cpu' controller support                         : PASS
  QEMU: Checking for cgroup 'memory' controller support      : FAIL (Enable 'memory' in kernel)
  QEMU: Checking for secure guest support         : WARN (Unknown if this platform has it)
"""


def line(host: Host, words: str) -> Readiness:
    found = [one for one in readiness_of(host) if words in one.title]
    assert found, [one.title for one in readiness_of(host)]
    return found[0]


def add_pool(host: Host, name: str = "default", **facts: Any) -> None:
    defaults = {"kind": "dir", "active": True, "autostart": True}
    host.pools.create(uuid=uuid.uuid4(), name=name, **{**defaults, **facts})


def found(**facts: Any) -> Host:
    return make_host(findings=as_json(Findings(**facts)), scanned_at=timezone.now())


def test_pools_that_are_down_or_full_are_named_with_what_helps() -> None:
    host = make_host(scanned_at=timezone.now())
    assert line(host, "No storage pool").fix == Fix("make-pool")
    add_pool(host, active=False)
    add_pool(host, "fast", capacity=100, allocation=95)
    add_pool(host, "slow", autostart=False)
    down = line(host, "pool default is not active")
    assert (down.state, down.fix) == ("warn", Fix("start-pool", "default"))
    assert line(host, "fast is nearly full").value == "95 % used"
    assert line(host, "slow does not start").fix == Fix("autostart-pool", "slow")
    make_vm("web01", host=host)  # its disk is in the pool default
    assert line(host, "pool default is not active").state == "fail"
    assert [one.title for one in failing(host)] == ["The pool default is not active"]


def test_a_host_whose_checks_fail_is_not_ready_and_ready_again() -> None:
    host = make_host(scanned_at=timezone.now())
    add_pool(host, active=False)
    make_vm("web01", host=host)
    report_reached(host)
    host.refresh_from_db()
    assert (host.state, host.error_code) == (HostState.NOT_READY, "not-ready")
    assert host.is_online
    assert not host.takes_machines
    host.pools.update(active=True)
    report_reached(host)
    host.refresh_from_db()
    assert (host.state, host.error_code, host.takes_machines) == (HostState.ONLINE, "", True)


def test_networks_that_are_down_can_be_started() -> None:
    host = make_host(scanned_at=timezone.now())
    assert line(host, "No virtual network").state == "warn"
    host.networks.create(uuid=uuid.uuid4(), name="lab", mode="nat", active=False)
    assert line(host, "network lab").fix == Fix("start-network", "lab")


@pytest.mark.parametrize(
    ("ahead", "within", "state"),
    [(100, 20, "ok"), (-600, 200, "ok"), (800, 20, "warn"), (-90_000, 20, "fail")],
)
def test_clock_counts_as_wrong_only_beyond_what_was_measured(
    ahead: int, within: int, state: str
) -> None:
    shown = line(found(clock_ms=ahead, clock_within_ms=within), "Clock")
    assert shown.state == state
    assert bool(shown.command) == (state != "ok")


def test_clock_that_is_wrong_says_by_how_much() -> None:
    assert line(found(clock_ms=800), "Clock").title == "Clock is 0.8 s ahead"


def test_certificate_that_ends_soon_is_said_with_its_day() -> None:
    soon = timezone.now() + timedelta(days=5)
    assert line(found(certificate_ends=soon), "certificate ends").state == "warn"
    late = datetime(2099, 1, 2, tzinfo=UTC)
    assert line(found(certificate_ends=late), "valid until 2099-01-02").state == "ok"


def test_ports_iommu_and_nesting_are_said_as_found() -> None:
    host = found(port="blocked", iommu=False, nested=True)
    assert "firewall-cmd" in line(host, "firewall seems to block port 49152").command
    assert "iommu=pt" in line(host, "IOMMU off").command
    assert line(host, "machines of their own").state == "ok"


def test_lines_of_the_validator_become_checks() -> None:
    host = found(validate=read_lines(SAID))
    assert line(host, "cgroup controllers are missing: memory").state == "warn"
    assert line(host, "vhost-net").command == "modprobe vhost_net"
    titles = " ".join(one.title for one in readiness_of(host))
    assert "secure guest" not in titles  # not known is no fault
    assert "hardware virtualization" not in titles  # the guest that ran knows better


@pytest.mark.parametrize(
    ("libvirt", "qemu", "words"),
    [
        ("10.5.0", "9.0.0", "network cards are listed"),
        ("6.0.0", "9.0.0", "loses memory"),
        ("9.0.0", "8.1.2", "first sector"),
        ("9.0.0", "7.2.6", "first sector"),
    ],
)
def test_versions_with_known_faults_are_named(libvirt: str, qemu: str, words: str) -> None:
    host = make_host(libvirt_version=libvirt, hypervisor="QEMU", hypervisor_version=qemu)
    assert line(host, words).state == "warn"


@pytest.mark.parametrize(("libvirt", "qemu"), [("9.0.0", "7.2.22"), ("10.7.0", "8.2.0")])
def test_mended_versions_are_not_blamed(libvirt: str, qemu: str) -> None:
    host = make_host(libvirt_version=libvirt, hypervisor="QEMU", hypervisor_version=qemu)
    assert not [one for one in readiness_of(host) if "CVE" in one.value]


def test_capabilities_tell_of_iommu_and_nesting() -> None:
    assert read_readiness.has_iommu(
        "<capabilities><host><iommu support='yes'/></host></capabilities>"
    )
    assert read_readiness.has_iommu("<capabilities><host/></capabilities>") is None
    mode = (
        "<domainCapabilities><cpu><mode name='host-model' supported='yes'>{}</mode></cpu>"
        "</domainCapabilities>"
    )
    assert read_readiness.can_nest(mode.format("<feature policy='require' name='svm'/>"))
    assert read_readiness.can_nest(mode.format("")) is False
    assert read_readiness.can_nest("<domainCapabilities/>") is None


def test_only_what_is_offered_can_be_asked_for(ada: User) -> None:
    host = make_host(scanned_at=timezone.now())
    add_pool(host, active=False)
    with pytest.raises(ActionRefused) as refused:
        request_fix(host, "start-pool", "other", ada)
    assert refused.value.code == "not-offered"
    Host.objects.update(state=HostState.UNREACHABLE)
    host.refresh_from_db()
    with pytest.raises(ActionRefused) as away:
        request_fix(host, "start-pool", "default", ada)
    assert away.value.status == 503


def test_page_offers_a_fix_says_what_it_does_and_asks_for_it(client: Client, ada: User) -> None:
    client.force_login(ada)
    host = make_host("juniper", scanned_at=timezone.now())
    add_pool(host, active=False)
    page = client.get(reverse("hosts:detail", args=[host.pk])).content.decode()
    assert "action=start-pool&amp;name=default" in page
    place = reverse("hosts:fix", args=[host.pk])
    said = client.get(place, {"action": "start-pool", "name": "default"}).content.decode()
    assert "The pool default is started, now and with juniper from now on." in said
    assert client.get(place, {"action": "start-pool", "name": "none"}).status_code == 409
    client.post(place, {"action": "start-pool", "name": "default"})
    assert Job.objects.get().params == {"action": "start-pool", "name": "default"}


def test_auditor_sees_the_checks_without_buttons(client: Client, vera: User) -> None:
    User.objects.filter(pk=vera.pk).update(site_role="auditor")
    vera.refresh_from_db()
    client.force_login(vera)
    host = make_host("juniper", scanned_at=timezone.now())
    add_pool(host, active=False)
    page = client.get(reverse("hosts:detail", args=[host.pk])).content.decode()
    assert "The pool default is not active" in page
    assert "start-pool" not in page
    told = client.get(f"/api/v1/hosts/{host.pk}/readiness").json()
    assert told["is_ready"]
    assert {"action": "start-pool", "name": "default"} in [c["fix"] for c in told["checks"]]


def test_administrator_keeps_a_host_for_teams(client: Client, ada: User) -> None:
    client.force_login(ada)
    host = make_host("juniper")
    red = Team.objects.create(name="Red", slug="red")
    place = reverse("hosts:teams", args=[host.pk])
    assert "Red" in client.get(place).content.decode()
    client.post(place, {"team": [str(red.pk)]})
    assert list(host.kept_for.all()) == [red]
    assert "Kept for" in client.get(reverse("hosts:detail", args=[host.pk])).content.decode()
    open_to_all = client.patch(
        f"/api/v1/hosts/{host.pk}", {"kept_for": []}, content_type="application/json"
    )
    assert open_to_all.json()["kept_for"] == []
    assert not host.kept_for.exists()
