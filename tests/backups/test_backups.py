"""Who may have how many backups, what a restored machine may be, and what pages tell."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.access import ActionRefused, Capability
from accounts.models import Membership, Role, Team, User
from backups.access import get_backup
from backups.inventory import missing_among
from backups.models import PLACE, Backup, Consistency
from backups.services.asking import request_backup, request_deletion
from backups.services.restoring import RestoreRequest, request_restore
from catalogue.models import Size
from hosts.models import Host, Network, StoragePool, Volume
from jobs import services as jobs
from jobs.models import Job, JobState
from quotas.models import Limit, Resource
from quotas.services import QuotaExceeded, usage
from tests.factories import make_host, make_vm
from virt.domains.backup import backup_xml
from vms.models import VM

pytestmark = pytest.mark.django_db


@pytest.fixture
def host(db: None) -> Host:
    host = make_host("kvm-01")
    StoragePool.objects.create(host=host, uuid=uuid4(), name=PLACE, kind="dir", active=True)
    Network.objects.create(host=host, uuid=uuid4(), name="default", mode="nat", active=True)
    return host


@pytest.fixture
def vm(host: Host, oli: User) -> VM:
    return make_vm("web01", host=host, owner=oli, disk_bytes=20 * 1024**3)


def made(vm: VM, **fields: object) -> Backup:
    facts = {
        "host": vm.host,
        "vm": vm,
        "vm_name": vm.name,
        "owner": vm.owner,
        "team": vm.team,
        "made_at": timezone.now(),
        "consistency": Consistency.CRASH,
        "vcpus": vm.vcpus,
        "memory": vm.memory,
        "disk_bytes": vm.disk_bytes,
        "networks": ["default"],
        "files": [{"target": "vda", "name": "a.qcow2", "capacity": 1, "bus": "virtio"}],
    }
    return Backup.objects.create(**facts | fields)


def test_only_the_named_disks_are_copied_each_to_a_qcow2_file() -> None:
    disks = "".join(f"<disk><target dev='{name}'/></disk>" for name in ("vda", "sda"))
    domain = f"<domain><devices>{disks}</devices></domain>"
    xml = backup_xml({"vda": "/b/one & two.qcow2"}, domain)
    assert '<disk name="vda" backup="yes" type="file">' in xml
    assert '<target file="/b/one &amp; two.qcow2"/>' in xml
    assert '<disk name="sda" backup="no"/>' in xml


def test_one_that_waits_counts_and_the_next_passes_the_limit(vm: VM, oli: User) -> None:
    Limit.objects.create(user=oli, resource=Resource.BACKUPS, amount=1)
    other = make_vm("web02", host=vm.host, owner=oli)
    job = request_backup(vm, oli)
    used = {line.resource: line.used for line in usage(None, oli)}
    assert used[Resource.BACKUPS] == 1
    with pytest.raises(QuotaExceeded):
        request_backup(other, oli)
    jobs.request_cancel(job, oli)
    assert not Backup.objects.standing().exists()
    assert request_backup(other, oli).state == JobState.QUEUED


def test_the_page_refused_by_the_quota_leads_to_more(vm: VM, oli: User, client: Client) -> None:
    backup = made(vm)
    limits = [Resource.BACKUPS, Resource.MACHINES]
    Limit.objects.bulk_create(Limit(user=oli, resource=one, amount=1) for one in limits)
    client.force_login(oli)
    for path, form in (
        (reverse("backups:machine", args=[vm.pk]), {"description": ""}),
        (reverse("backups:restore", args=[backup.pk]), {"name": "web02"}),
    ):
        page = client.post(path, form).content.decode()
        assert "of 1 left" in page
        assert f'href="{reverse("requests:more")}?' in page
    assert not Job.objects.exists()


def test_without_a_place_it_is_refused_with_a_reason(vm: VM, oli: User) -> None:
    StoragePool.objects.all().delete()
    with pytest.raises(ActionRefused, match="no place"):
        request_backup(vm, oli)
    assert not Backup.objects.exists()
    assert not Job.objects.exists()


def test_it_survives_its_machine_and_strangers_get_404(vm: VM, oli: User, sam: User) -> None:
    backup = made(vm)
    vm.delete()
    assert get_backup(oli, backup.pk, Capability.VM_BACKUP).vm is None
    with pytest.raises(Http404):
        get_backup(sam, backup.pk, Capability.VM_VIEW)


def test_gone_files_are_missing_at_the_next_inventory(vm: VM, oli: User) -> None:
    backup = made(vm)
    assert not missing_among([backup])
    vm.host.scanned_at = timezone.now() + timedelta(minutes=3)
    vm.host.save()
    assert missing_among(Backup.objects.all()) == {backup.pk}
    with pytest.raises(ActionRefused, match="gone"):
        request_restore(Backup.objects.get(), RestoreRequest("web02"), oli)
    pool = StoragePool.objects.get()
    Volume.objects.create(pool=pool, name="a.qcow2", key="a")
    assert not missing_among(Backup.objects.all())


def test_restoring_needs_room_in_the_quota_and_what_is_offered(vm: VM, oli: User) -> None:
    backup = made(vm)
    Limit.objects.create(user=oli, resource=Resource.MACHINES, amount=1)
    with pytest.raises(QuotaExceeded):
        request_restore(backup, RestoreRequest("web02"), oli)
    Limit.objects.all().delete()
    Size.objects.update(for_everyone=False)
    with pytest.raises(ActionRefused) as refused:
        request_restore(backup, RestoreRequest("web02"), oli)
    assert refused.value.code == "not-offered"
    assert VM.objects.count() == 1
    Size.objects.update(for_everyone=True)
    job = request_restore(backup, RestoreRequest("web02"), oli)
    new = VM.objects.get(pk=job.target_id or 0)
    assert (new.is_made, new.owner, new.memory) == (False, oli, vm.memory)
    assert new.uuid != vm.uuid
    jobs.request_cancel(job, oli)
    assert not VM.objects.filter(name="web02").exists()


def test_an_operator_backs_up_but_makes_no_machines(host: Host, oli: User, vera: User) -> None:
    team = Team.objects.create(name="Crew", slug="crew")
    Membership.objects.create(user=oli, team=team, role=Role.OPERATOR)
    Membership.objects.create(user=vera, team=team, role=Role.VIEWER)
    vm = make_vm("web03", host=host, team=team)
    assert request_backup(vm, oli).kind == "backup.make"
    with pytest.raises(PermissionDenied):
        request_backup(vm, vera)
    with pytest.raises(PermissionDenied):
        request_restore(made(vm), RestoreRequest("web04"), oli)


def test_pages_show_make_restore_and_delete(vm: VM, oli: User, client: Client) -> None:
    client.force_login(oli)
    backup = made(vm, description="before the update")
    for path in (f"/machines/{vm.pk}/backups/", "/backups/"):
        assert "before the update" in client.get(path).content.decode()
    assert "As after a power cut" in client.get("/backups/").content.decode()
    assert "web01-restored" in client.get(f"/backups/{backup.pk}/restore/").content.decode()
    client.post(f"/machines/{vm.pk}/backups/", {"description": "again"})
    assert Backup.objects.count() == 2
    client.post(f"/backups/{backup.pk}/delete/")
    assert Job.objects.filter(kind="backup.delete", target_id=backup.pk).exists()


def test_one_that_is_being_made_is_not_deleted(vm: VM, oli: User) -> None:
    request_backup(vm, oli)
    with pytest.raises(ActionRefused, match="being made"):
        request_deletion(Backup.objects.get(), oli)


def test_a_long_list_asks_no_more_than_a_short_one(
    vm: VM, oli: User, client: Client, django_assert_max_num_queries: Any
) -> None:
    for _number in range(40):
        made(vm)
    client.force_login(oli)
    with django_assert_max_num_queries(25):
        client.get("/backups/")
