"""What is left, what would be, and who waits for whom."""

import pytest
from django.db import transaction

from accounts.models import Membership, Role, Team, User
from quotas.amounts import read_amount, shown
from quotas.models import Limit, Resource
from quotas.services import QuotaExceeded, preview, reserve, set_limit, usage
from tests.factories import GIB, make_host, make_vm
from vms.models import VM
from vms.services.create import CreateRequest, request_create

ONE = {Resource.MACHINES: 1, Resource.VCPUS: 2}


@pytest.fixture
def team(oli: User) -> Team:
    team = Team.objects.create(name="Web", slug="web")
    Membership.objects.create(user=oli, team=team, role=Role.MEMBER)
    return team


def limit(resource: Resource, amount: int, **whose: object) -> None:
    Limit.objects.create(resource=resource, amount=amount, **whose)


def ask(team: Team | None, person: User, **options: bool) -> None:
    with transaction.atomic():
        reserve(team, person, ONE, **options)


def test_without_limits_everything_may_be_had(team: Team, oli: User) -> None:
    ask(team, oli)
    assert preview(team, oli, ONE) == []


def test_refusal_says_what_is_left(team: Team, oli: User) -> None:
    limit(Resource.VCPUS, 8, team=team)
    make_vm("web01", team=team, owner=oli, vcpus=7)
    with pytest.raises(QuotaExceeded) as refusal:
        ask(team, oli)
    assert (refusal.value.code, refusal.value.status) == ("quota", 422)
    (line,) = refusal.value.extra["resources"]
    assert line == {
        "resource": "vcpus",
        "scope": "team",
        "used": 7,
        "wanted": 2,
        "limit": 8,
        "left": 1,
    }
    assert "1 of 8 left" in refusal.value.message


def test_each_person_has_a_limit_of_their_own(team: Team, oli: User, vera: User) -> None:
    Membership.objects.create(user=vera, team=team, role=Role.MEMBER)
    limit(Resource.MACHINES, 1, team=team, each=True)
    make_vm("web01", team=team, owner=oli)
    with pytest.raises(QuotaExceeded):
        ask(team, oli)
    ask(team, vera)
    limit(Resource.MACHINES, 2, team=team, user=oli)  # one's own line wins
    ask(team, oli)


def test_who_decides_may_pass_the_persons_limit_not_the_teams(team: Team, oli: User) -> None:
    limit(Resource.MACHINES, 0, team=team, user=oli)
    ask(team, oli, past_person_limit=True)
    limit(Resource.MACHINES, 0, team=team)
    with pytest.raises(QuotaExceeded):
        ask(team, oli, past_person_limit=True)


def test_personal_machines_count_by_themselves(team: Team, oli: User, sam: User) -> None:
    limit(Resource.MACHINES, 1, each=True)
    make_vm("web01", team=team, owner=oli)
    ask(None, oli)
    make_vm("own01", owner=oli)
    with pytest.raises(QuotaExceeded):
        ask(None, oli)
    ask(None, sam)


def test_what_is_used_is_what_there_is(team: Team, oli: User) -> None:
    make_vm("web01", team=team, owner=oli, vcpus=3, memory=GIB, disk_bytes=20 * GIB)
    used = {line.resource: line.used for line in usage(team)}
    assert used[Resource.VCPUS] == 3
    assert used[Resource.MEMORY] == GIB
    assert used[Resource.DISK] == 20 * GIB
    assert used[Resource.MACHINES] == 1
    VM.objects.all().delete()
    assert all(line.used == 0 for line in usage(team))


def test_a_new_machine_is_refused_beyond_the_quota(team: Team, oli: User) -> None:
    make_host("juniper")
    limit(Resource.MACHINES, 1, team=team)
    spec = {"source": "network", "size": "small", "network": "", "team_id": team.pk}
    request_create(CreateRequest(name="web01", **spec), oli)
    with pytest.raises(QuotaExceeded):
        request_create(CreateRequest(name="web02", **spec), oli)
    assert VM.objects.count() == 1


def test_a_limit_is_set_changed_and_lifted(team: Team) -> None:
    where = {"team": team, "user": None, "each": False}
    assert set_limit(Resource.VCPUS, 8, **where) is None
    assert set_limit(Resource.VCPUS, 9, **where) == 8
    assert set_limit(Resource.VCPUS, None, **where) == 9
    assert not Limit.objects.exists()


@pytest.mark.parametrize(
    ("resource", "text", "amount"),
    [
        ("memory", "16 GiB", 16 * GIB),
        ("memory", "16", 16 * GIB),
        ("disk", "1,5 TiB", 1536 * GIB),
        ("vcpus", "8", 8),
        ("vcpus", " ", None),
    ],
)
def test_amounts_are_read(resource: str, text: str, amount: int | None) -> None:
    assert read_amount(resource, text) == amount


@pytest.mark.parametrize(
    ("resource", "text"),
    [("vcpus", "1.5"), ("vcpus", "8 GiB"), ("memory", "-1"), ("memory", "9 XB"), ("disk", "x")],
)
def test_nonsense_is_refused_in_words(resource: str, text: str) -> None:
    with pytest.raises(ValueError, match="Write"):
        read_amount(resource, text)


def test_amounts_are_shown() -> None:
    assert shown("memory", 512 * 1024**2) == "512 MiB"
    assert shown("disk", 1536 * GIB) == "1.5 TiB"
    assert shown("vcpus", 3) == "3"
