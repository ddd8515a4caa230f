"""Several machines at once: numbered, all or none, one job for each."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.access import ActionRefused
from accounts.models import Membership, Team, User
from approvals.models import Request
from approvals.services import decide
from hosts.models import Host
from jobs.models import Job
from quotas.models import Limit, Resource
from tests.factories import GIB, make_host, make_vm
from tests.site.test_api import bearer
from tests.vms.test_create import furnish
from vms.models import VM
from vms.names import numbered
from vms.requests import ask_creation
from vms.services.create import CreateRequest, request_several

pytestmark = pytest.mark.django_db
WISH = {"name": "lab", "source": "network", "size": "small", "start": "on", "firmware": "bios"}


@pytest.fixture(autouse=True)
def alder(db: None) -> Host:
    """A host with a network."""
    return furnish(make_host("alder"))


@pytest.fixture
def team(oli: User) -> Team:
    """A team of Oli's with eight vCPU."""
    team = Team.objects.create(name="Teaching", slug="teaching")
    Membership.objects.create(team=team, user=oli)
    Limit.objects.create(team=team, resource=Resource.VCPUS, amount=8)
    return team


def spec(**fields: Any) -> CreateRequest:
    """Return a wish of two processors."""
    own: dict[str, Any] = {"size": "custom", "vcpus": 2, "memory": GIB, "disk": GIB}
    return CreateRequest(**{"name": "lab", "source": "network"} | own | fields)


@pytest.mark.parametrize(
    ("name", "count", "names"),
    [
        ("lab", 1, ["lab"]),
        ("lab", 2, ["lab-01", "lab-02"]),
        ("lab-07", 2, ["lab-07", "lab-08"]),
        ("lab-9", 2, ["lab-9", "lab-10"]),
        ("ubuntu24", 2, ["ubuntu24-01", "ubuntu24-02"]),
        ("lab-99", 2, ["lab-99", "lab-100"]),
    ],
)
def test_names_count_up(name: str, count: int, names: list[str]) -> None:
    assert numbered(name, count) == names


def test_each_machine_has_a_row_and_a_job(oli: User) -> None:
    jobs = request_several(spec(), 3, oli)
    machines = VM.objects.order_by("name")
    assert [vm.name for vm in machines] == ["lab-01", "lab-02", "lab-03"]
    assert [job.target_id for job in jobs] == [vm.pk for vm in machines]
    assert [job.params["name"] for job in jobs] == ["lab-01", "lab-02", "lab-03"]


def test_they_spread_over_the_hosts(oli: User, alder: Host) -> None:
    birch = furnish(make_host("birch"))
    request_several(spec(memory=30 * GIB), 4, oli)
    hosts = list(VM.objects.values_list("host", flat=True))
    assert sorted(hosts) == sorted([alder.pk, birch.pk] * 2)


def test_beyond_the_quota_none_is_made(oli: User, team: Team) -> None:
    with pytest.raises(ActionRefused) as caught:
        request_several(spec(team_id=team.pk), 5, oli)
    assert caught.value.code == "quota"
    assert caught.value.message == "vCPU: 10 more, but the team has 8 of 8 left."
    assert not VM.objects.exists()
    assert not Job.objects.exists()
    assert len(request_several(spec(team_id=team.pk), 4, oli)) == 4


def test_one_taken_name_makes_none(oli: User) -> None:
    make_vm("lab-03", owner=oli)
    with pytest.raises(ActionRefused) as caught:
        request_several(spec(), 4, oli)
    assert caught.value.extra["fields"]["name"] == "There is a machine called lab-03 already."
    assert VM.objects.count() == 1
    assert not Job.objects.exists()


def test_no_place_for_the_last_makes_none(oli: User, sam: User, alder: Host) -> None:
    make_vm("lab-02", owner=sam, host=alder)
    with pytest.raises(ActionRefused):
        request_several(spec(), 2, oli)
    assert not VM.objects.filter(owner=oli).exists()
    assert not Job.objects.exists()


@pytest.mark.parametrize("count", [0, -1, 51])
def test_there_is_a_most(oli: User, count: int) -> None:
    with pytest.raises(ActionRefused) as caught:
        request_several(spec(), count, oli)
    assert caught.value.extra["fields"] == {"count": "From 1 to 50 machines at once."}


def test_numbered_names_are_checked_too(oli: User) -> None:
    with pytest.raises(ActionRefused) as caught:
        request_several(spec(name="x" * 62), 2, oli)
    assert "name" in caught.value.extra["fields"]


def test_same_key_makes_them_once(oli: User) -> None:
    first = request_several(spec(), 3, oli, idempotency_key="k" * 80)
    assert request_several(spec(), 3, oli, idempotency_key="k" * 80) == first
    assert VM.objects.count() == 3


def test_form_makes_several_and_names_each(client: Client, oli: User) -> None:
    client.force_login(oli)
    answer = client.post("/machines/new/", WISH | {"count": "3"}, follow=True)
    assert answer.redirect_chain[0][0].startswith("/machines/new/made/?jobs=")
    page = answer.content.decode()
    assert all(name in page for name in ("lab-01", "lab-02", "lab-03"))
    assert VM.objects.count() == 3


def test_others_do_not_see_what_was_made(client: Client, oli: User, sam: User) -> None:
    jobs = request_several(spec(), 2, oli)
    client.force_login(sam)
    ids = ",".join(str(job.pk) for job in jobs)
    page = client.get(f"/machines/new/made/?jobs={ids},x").content.decode()
    assert "lab-01" not in page
    assert "Nothing here" in page


def test_form_tells_of_the_quota_before_and_refuses_beyond(
    client: Client, oli: User, team: Team
) -> None:
    client.force_login(oli)
    own = {"size": "custom", "vcpus": "2", "memory_mib": "512", "disk_gib": "1"}
    wish = WISH | own | {"team": "teaching", "shown_team": "teaching"}
    page = client.get("/machines/new/summary/", wish | {"count": "3"}).content.decode()
    assert "lab-01 – lab-03" in page
    assert "2 of 8 vCPU" in page
    assert "Create 3 machines" in page
    page = client.get("/machines/new/summary/", wish | {"count": "9"}).content.decode()
    assert "There is room for 4 of these." in page
    assert "Ask for more" in page
    answer = client.post("/machines/new/", wish | {"count": "9"}).content.decode()
    assert "vCPU: 18 more, but the team has 8 of 8 left." in answer
    assert not VM.objects.exists()
    assert client.get("/machines/new/summary/", wish | {"count": "x"}).status_code == 200


def test_api_makes_several(client: Client, oli: User, team: Team) -> None:
    body = {"name": "lab", "source": "network", "team": "teaching", "count": 2}
    answer = client.post("/api/v1/vms", json.dumps(body), "application/json", headers=bearer(oli))
    assert answer.status_code == 202
    found = answer.json()
    assert [job["target_name"] for job in found["jobs"]] == ["lab-01", "lab-02"]
    assert found["job"] == found["jobs"][0]
    refused = client.post(
        "/api/v1/vms",
        json.dumps(body | {"name": "more", "count": 40}),
        "application/json",
        headers=bearer(oli),
    )
    assert refused.status_code == 422
    assert refused.json()["resources"][0]["left"] == 8 - sum(vm.vcpus for vm in VM.objects.all())
    assert VM.objects.count() == 2


def test_several_are_asked_for_and_approved_together(
    client: Client, ada: User, oli: User, team: Team
) -> None:
    Team.objects.filter(pk=team.pk).update(approves_creation=True)
    client.force_login(oli)
    client.post("/machines/new/", WISH | {"team": "teaching", "count": "3", "comment": "Lab"})
    request = Request.objects.get()
    assert "lab-01 – lab-03" in request.spec.summary(request)
    assert not VM.objects.exists()
    decide(request, ada, True)
    assert sorted(VM.objects.values_list("name", "owner")) == [
        (name, oli.pk) for name in ("lab-01", "lab-02", "lab-03")
    ]


def test_machines_beyond_the_team_are_not_approved(ada: User, oli: User, team: Team) -> None:
    request = ask_creation(spec(team_id=team.pk), oli, "", 5)
    with pytest.raises(ActionRefused):
        decide(request, ada, True)
    assert not VM.objects.exists()
