"""Restoring is no way round the rules: sizes, approval, networks, names, quotas and days hold."""

import json
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.access import ActionRefused
from accounts.models import Membership, Team, User
from backups.models import Backup
from backups.services.restoring import RestoreRequest, request_restore, wish_of
from catalogue.models import NetworkOffer, Size
from hosts.models import Host, Network
from jobs.models import Job, JobState
from jobs.services import request_retry
from quotas.models import Limit, Resource
from tests.backups.test_backups import made
from tests.factories import make_host, make_vm
from tests.site.test_api import bearer
from vms.making.choices import NO_NETWORK
from vms.making.sizes import GIB
from vms.models import VM

pytestmark = pytest.mark.django_db


@pytest.fixture
def red(oli: User) -> Team:
    """Oli makes machines in it, for thirty days."""
    team = Team.objects.create(name="Red", slug="red", lease_days=30, longest_lease_days=30)
    Membership.objects.create(user=oli, team=team, role="member")
    return team


@pytest.fixture
def host(db: None) -> Host:
    return make_host("alder")


@pytest.fixture
def backup(host: Host, red: Team, oli: User) -> Backup:
    """A backup of a machine of the team's, as big as the size small."""
    size = Size.objects.get(slug="small")
    vm = make_vm("web01", host=host, team=red, owner=oli, disk_bytes=size.disk)
    found = made(
        vm, size=size.slug, vcpus=size.vcpus, memory=size.memory, disk_bytes=size.disk, firmware=""
    )
    VM.objects.all().delete()
    return Backup.objects.get(pk=found.pk)


def refused(backup: Backup, by: User, name: str = "web02") -> str:
    """Return why it is refused; nothing was made."""
    with pytest.raises(ActionRefused) as caught:
        request_restore(backup, RestoreRequest(name), by)
    assert not VM.objects.exists()
    assert not Job.objects.exists()
    return caught.value.code


def test_a_size_that_needs_approval_now_is_asked_for(backup: Backup, oli: User) -> None:
    Size.objects.filter(slug="small").update(needs_approval=True)
    assert refused(backup, oli) == "needs-approval"


def test_amounts_of_no_size_are_measured_by_the_free_ones(backup: Backup, oli: User) -> None:
    Size.objects.create(
        slug="huge", name="Huge", vcpus=64, memory=256 * GIB, disk=GIB, needs_approval=True
    )
    Backup.objects.update(size="huge", vcpus=64, memory=256 * GIB)
    assert refused(Backup.objects.get(), oli) == "needs-approval"
    Backup.objects.update(size="small")  # a row that lies about its size
    assert refused(Backup.objects.get(), oli) == "needs-approval"


def test_a_team_that_approves_creation_approves_this(
    backup: Backup, red: Team, oli: User, client: Client
) -> None:
    Team.objects.update(approves_creation=True)
    backup = Backup.objects.get()
    assert refused(backup, oli) == "needs-approval"
    answer = client.post(
        f"/api/v1/backups/{backup.pk}/restore",
        json.dumps({"name": "web02", "start": True, "team": None, "size": "small", "owner": None}),
        content_type="application/json",
        headers=bearer(oli),
    )
    assert answer.status_code == 422
    client.force_login(oli)
    client.post(f"/backups/{backup.pk}/restore/", {"name": "web02", "start": "on"})
    assert not VM.objects.exists()


def test_every_quota_holds(backup: Backup, red: Team, oli: User) -> None:
    for resource in (Resource.MACHINES, Resource.VCPUS, Resource.MEMORY, Resource.DISK):
        limit = Limit.objects.create(team=red, resource=resource, amount=0)
        assert refused(backup, oli) == "quota", resource
        limit.delete()


def test_a_network_that_was_taken_away_is_not_had_again(
    backup: Backup, red: Team, host: Host, oli: User, sam: User
) -> None:
    blue = Team.objects.create(name="Blue", slug="blue")
    kept = Network.objects.create(host=host, uuid=uuid4(), name="kept", mode="nat", active=True)
    NetworkOffer.objects.create(network=kept, for_everyone=False)
    Network.objects.create(host=host, uuid=uuid4(), name="theirs", mode="nat", team=blue)
    Backup.objects.update(networks=["theirs", "kept", "../etc", ""])
    wish = wish_of(Backup.objects.get(), RestoreRequest("web02"), oli)
    assert wish.network == NO_NETWORK


def test_it_lives_as_long_as_the_team_lets_it_and_is_its_persons(
    backup: Backup, red: Team, oli: User
) -> None:
    job = request_restore(backup, RestoreRequest("web02"), oli)
    vm = VM.objects.get(pk=job.target_id or 0)
    assert vm.ends_at is not None
    assert (vm.ends_at - timezone.now()).days <= 30
    assert (vm.team, vm.owner) == (red, oli)


@pytest.mark.parametrize("name", ["", "-a", "a b", "../x", "<x>", "a" * 64, "web\x00"])
def test_hostile_names_are_refused(backup: Backup, oli: User, name: str) -> None:
    assert refused(backup, oli, name) == "invalid"


def test_trying_again_is_no_second_way(backup: Backup, red: Team, oli: User) -> None:
    job = request_restore(backup, RestoreRequest("web02"), oli)
    Job.objects.update(state=JobState.FAILED)
    job.refresh_from_db()
    Team.objects.update(approves_creation=True)
    VM.objects.all().delete()
    with pytest.raises(ActionRefused):
        request_retry(job, oli)
    assert not VM.objects.exists()


def test_who_left_the_team_restores_nothing(
    backup: Backup, red: Team, oli: User, client: Client
) -> None:
    red.memberships.all().delete()
    client.force_login(oli)
    answer = client.post(f"/backups/{backup.pk}/restore/", {"name": "web02"})
    assert answer.status_code == 404
    assert not VM.objects.exists()
