"""The page before a migration: what stands there, who may see it, and what its buttons ask for."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Team, User
from hosts.models import Host, HostState, Network, StoragePool
from jobs.models import Job
from migration.checks.findings import blocker, passed, warning
from migration.checks.models import CheckReport
from migration.models import Migration, Outcome
from migration.options import Options
from tests.factories import GIB, make_host, make_vm
from vms.models import VM

pytestmark = pytest.mark.django_db


@pytest.fixture
def vm(settings: Any) -> VM:
    """A running machine on birch, with juniper and fir beside it."""
    settings.CELERY_TASK_ALWAYS_EAGER = False
    birch = make_host("birch", memory=64 * GIB, memory_used=40 * GIB)
    for name, used in (("juniper", 20), ("fir", 50)):
        make_host(name, memory=64 * GIB, memory_used=used * GIB)
    for host in Host.objects.all():
        Network.objects.create(
            host=host, uuid=uuid.uuid4(), name="default", mode="nat", active=True
        )
        StoragePool.objects.create(
            host=host, uuid=uuid.uuid4(), name="default", kind="dir", active=True,
            path="/srv/pool", available=500 * GIB,
        )  # fmt: skip
    sizes: dict[str, Any] = {"memory": 8 * GIB, "memory_used": 8 * GIB}
    return make_vm("shop-db-01", host=birch, machine_type="q35", **sizes)


def host(name: str) -> Host:
    return Host.objects.get(name=name)


def report(vm: VM, target: Host, *findings: Any, **columns: Any) -> CheckReport:
    fields = {"source": vm.host, "was_on": True, "checked_at": timezone.now(), **columns}
    stored = [finding.as_json() for finding in findings]
    return CheckReport.objects.create(vm=vm, target=target, findings=stored, **fields)


def page(client: Client, vm: VM, query: str = "") -> str:
    answer = client.get(f"/machines/{vm.pk}/migrate/{query}")
    assert answer.status_code == 200, answer.content
    return " ".join(answer.content.decode().split())


def test_page_answers_at_once_with_what_rows_know(client: Client, ada: User, vm: VM) -> None:
    client.force_login(ada)
    text = page(client, vm)
    assert "Migrate shop-db-01" in text
    assert "8 GiB memory" in text.replace("\xa0", " ")
    assert "Not checked yet, memory 44%" in text
    assert "Check first: the hosts have not been asked yet." in text
    assert "No machine has moved between these two hosts yet" in text
    assert 'hx-trigger="load, submit"' in text
    assert Job.objects.count() == 0


def test_hosts_that_do_not_fit_say_why(client: Client, ada: User, vm: VM) -> None:
    client.force_login(ada)
    Host.objects.filter(name="fir").update(state=HostState.UNREACHABLE)
    Network.objects.filter(host=host("juniper")).delete()
    Network.objects.create(host=host("juniper"), uuid=uuid.uuid4(), name="other", mode="nat")
    text = page(client, vm)
    assert "fir does not answer" in text
    assert "Network default is missing there" in text
    assert "0 of 2 hosts fit" in text


def test_check_is_asked_for_once_and_shown_while_it_runs(client: Client, ada: User, vm: VM) -> None:
    client.force_login(ada)
    for _time in range(2):
        client.post(f"/machines/{vm.pk}/migrate/check/")
    job = Job.objects.get()
    assert (job.kind, job.exclusive) == ("migration.check", False)
    assert sorted(job.params["targets"]) == sorted([host("juniper").pk, host("fir").pk])
    text = page(client, vm)
    assert "Asking the hosts…" in text
    assert f'data-check-job="{job.pk}"' in text


def test_blocker_has_its_fix_and_holds_the_button(client: Client, ada: User, vm: VM) -> None:
    client.force_login(ada)
    juniper = host("juniper")
    report(
        vm, juniper,
        blocker("medium-local", about="sda", medium="rocky.iso", fix="eject"),
        warning("clock-ahead", seconds=0.8), passed("board", board="q35"), dirty_rate=3 << 20,
    )  # fmt: skip
    text = page(client, vm, f"?to={juniper.pk}")
    assert "1 blocker" in text
    assert "1 to know" in text
    assert "A CD image exists only here. Once that is solved, this button works." in text
    assert "3 MiB/s" in text.replace("\xa0", " ")
    assert "start-migration" not in text
    answer = client.post(f"/machines/{vm.pk}/migrate/", {"to": juniper.pk})
    assert answer.status_code == 409
    assert Migration.objects.count() == 0
    client.post(
        f"/machines/{vm.pk}/migrate/fix/", {"to": juniper.pk, "fix": "eject", "about": "sda"}
    )
    assert Job.objects.get().kind == "migration.eject"


def test_start_takes_the_proposal_and_what_was_chosen(client: Client, ada: User, vm: VM) -> None:
    client.force_login(ada)
    juniper = host("juniper")
    proposed = Options(copy_disks=("vda",), pools={"default": "fast"}).as_json()
    report(vm, juniper, warning("clock-ahead", seconds=0.8), options=proposed)
    assert "Starting accepts 1 thing to know." in page(client, vm, f"?to={juniper.pk}")
    posted = {"to": juniper.pk, "post_copy_allowed": "on", "bandwidth": "200"}
    answer = client.post(f"/machines/{vm.pk}/migrate/", posted)
    made = Migration.objects.get()
    assert answer.url == f"/migrations/{made.pk}/"  # type: ignore[attr-defined]
    wish = made.wish
    assert (wish.copy_disks, dict(wish.pools)) == (("vda",), {"default": "fast"})
    assert (wish.post_copy_allowed, wish.auto_converge, wish.bandwidth) == (True, False, 200)
    assert "clock-ahead" in made.accepted[0]


def test_what_the_link_carried_tells_what_to_expect(client: Client, ada: User, vm: VM) -> None:
    client.force_login(ada)
    juniper = host("juniper")
    report(vm, juniper, passed("identity"), dirty_rate=20 << 20)
    now = timezone.now()
    Migration.objects.create(
        vm=vm, vm_uuid=vm.uuid, vm_name=vm.name, source=vm.host, target=juniper,
        source_name="birch", target_name="juniper", outcome=Outcome.MIGRATED, phase="ended",
        started_at=now - timedelta(seconds=10), ended_at=now, bytes=1200 << 20, downtime_ms=210,
    )  # fmt: skip
    text = page(client, vm, f"?to={juniper.pk}").replace("\xa0", " ")
    assert "120 MiB/s" in text
    assert "~210 ms" in text
    assert "Yes" in text


def test_old_report_counts_no_more(client: Client, ada: User, vm: VM) -> None:
    client.force_login(ada)
    long_ago = timezone.now() - timedelta(hours=1)
    report(vm, host("juniper"), blocker("cpu"), checked_at=long_ago)
    assert "Not checked yet" in page(client, vm)


def test_owner_of_the_machine_may_not_and_stranger_sees_nothing(
    client: Client, oli: User, sam: User, vm: VM
) -> None:
    VM.objects.filter(pk=vm.pk).update(owner=oli)
    client.force_login(oli)
    assert client.get(f"/machines/{vm.pk}/migrate/").status_code == 403
    client.force_login(sam)
    assert client.get(f"/machines/{vm.pk}/migrate/").status_code == 404


def test_role_with_the_right_migrates_but_does_not_touch_hosts(
    client: Client, oli: User, vm: VM
) -> None:
    from accounts.models import CustomRole, Membership, RoleCapability

    team = Team.objects.create(name="Shop", slug="shop")
    role = CustomRole.objects.create(slug="mover", name="Mover")
    for capability in ("vm.view", "team.view", "vm.migrate"):
        RoleCapability.objects.create(role=role, capability=capability)
    Membership.objects.create(user=oli, team=team, role="mover")
    VM.objects.filter(pk=vm.pk).update(team=team)
    juniper = host("juniper")
    report(vm, juniper, blocker("pool-off", about="vda", pool="fast", disk="vda", fix="start-pool"))
    client.force_login(oli)
    assert "An administrator of the hosts can do this." in page(client, vm, f"?to={juniper.pk}")
    answer = client.post(
        f"/machines/{vm.pk}/migrate/fix/", {"to": juniper.pk, "fix": "start-pool", "about": "fast"}
    )
    assert answer.status_code == 403


def test_single_host_teaches_instead(client: Client, ada: User, vm: VM) -> None:
    Host.objects.exclude(pk=vm.host_id).delete()
    client.force_login(ada)
    assert "There is nowhere to go yet" in page(client, vm)
