"""The same jobs on a simulated host: what the demo does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Team, User
from hosts.models import Host, Network, Transport
from jobs import running
from jobs.models import Job, JobState
from jobs.services import create_job
from tests.factories import GIB, make_host, make_vm
from virt import pool
from virt.uri import HostAddress
from virt.uri import Transport as Way
from vms.models import VM
from vms.operations.making import choose_pool
from vms.services.create import CreateRequest, request_create
from vms.services.lifecycle import request_autostart, request_delete, request_rename
from vms.services.power import request_power
from vms.services.wishes import Wish
from vms.sync.rows import Mirror

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = HostAddress(Way.TEST, test_path="/default")


@pytest.fixture
def simulated(transactional_db: None) -> Iterator[Host]:
    """libvirt's own simulation, with one running guest called test."""
    host = make_host("sim-01", transport=Transport.TEST, hostname="", test_path="/default")
    uuid = "0bd6f2a6-6a51-4e1a-a2a0-5a2f4a1c0b11"
    Network.objects.create(host=host, uuid=uuid, name="default", mode="nat", active=True)
    yield host
    pool.close_all()


@pytest.fixture
def vm(simulated: Host, oli: User) -> VM:
    """The simulation's guest, which is oli's."""
    with pool.pooled(ADDRESS) as hypervisor:
        Mirror().resync(simulated, hypervisor.list_domains())
    VM.objects.update(owner=oli)
    return VM.objects.select_related("host").get()


def done(job: Job, vm: VM | None = None) -> Job:
    """Return a job that has to have ended well; read the row again."""
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED, (job.error_code, job.error_message, job.error_detail)
    if vm is not None:
        vm.refresh_from_db()
    return job


def test_every_power_action(vm: VM, oli: User) -> None:
    after = {
        "pause": "paused",
        "resume": "running",
        "save": "saved",
        "restore": "running",
        "reboot": "running",
        "force_off": "off",
        "start": "running",
        "shutdown": "off",
    }
    for action, state in after.items():
        done(request_power(vm, action, oli), vm)
        assert vm.state == state, action


def test_actions_are_safe_to_run_twice(vm: VM, oli: User) -> None:
    for action in ("pause", "resume", "force_off", "start"):
        job = done(request_power(vm, action, oli), vm)
        state = vm.state
        Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED, finished_at=None)
        running.run(job.pk)
        assert done(job, vm).attempt == 2
        assert vm.state == state


def test_rename_autostart_delete(vm: VM, oli: User) -> None:
    done(request_power(vm, "force_off", oli), vm)
    done(request_rename(vm, "renamed", oli), vm)
    assert vm.name == "renamed"
    done(request_autostart(vm, True, oli), vm)
    assert vm.autostart
    job = done(request_delete(vm, oli))
    assert not VM.objects.exists()
    assert job.target_name == "renamed"


def test_machine_is_made_and_deleted_with_its_disk(simulated: Host, oli: User) -> None:
    job = done(request_create(CreateRequest("new01", "network", size="tiny"), oli))
    vm = VM.objects.select_related("host").get(name="new01")
    assert (vm.state, vm.owner, vm.is_made) == ("running", oli, True)
    assert job.commands[0].startswith("virsh vol-create-as default-pool guesthouse-")
    done(request_power(vm, "force_off", oli), vm)
    job = done(request_delete(vm, oli, with_disks=True, confirm_name="new01"))
    assert job.result["kept"] == []
    with pool.pooled(ADDRESS) as hypervisor:
        assert hypervisor.volumes("default-pool") == []
        assert hypervisor.find_domain("new01") is None


def test_image_is_only_pretended_on_a_simulated_host(
    simulated: Host, oli: User, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "guesthouse-tiny.img").write_bytes(b"x" * 1024)
    done(request_create(CreateRequest("new01", "image:guesthouse-tiny", size="tiny"), oli))
    assert VM.objects.get(name="new01").state == "running"


def test_failed_creation_leaves_nothing(simulated: Host, vm: VM, oli: User) -> None:
    VM.objects.filter(pk=vm.pk).update(name="hidden")
    job = request_create(CreateRequest("test", "network", size="tiny"), oli)
    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, "name-taken")
    assert list(VM.objects.values_list("name", flat=True)) == ["hidden"]


def test_pool_is_chosen_from_what_is_active(simulated: Host) -> None:
    with pool.pooled(ADDRESS) as hypervisor:
        assert choose_pool(hypervisor, simulated).name == "default-pool"


def test_definition_with_another_teams_network_is_refused(simulated: Host, oli: User) -> None:
    theirs = Team.objects.create(name="Blue", slug="blue")
    with pool.pooled(ADDRESS) as hypervisor:
        uuid = hypervisor.networks()[0].uuid
    Network.objects.filter(host=simulated).update(uuid=uuid, team=theirs)
    vm = make_vm("web01", host=simulated, owner=oli, is_made=False, state="off")
    wish = Wish("web01", "network", "", None, 1, GIB, GIB, "default", "bios", False, False, "")
    job = create_job(
        "vm.create",
        target_kind="vm",
        target_id=vm.pk,
        target_name=vm.name,
        host_id=simulated.pk,
        actor=oli,
        params=wish.as_params(),
    )
    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, "policy")
    with pool.pooled(ADDRESS) as hypervisor:
        assert hypervisor.find_domain("web01") is None
