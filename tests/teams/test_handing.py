"""Machines handed out: one for each ticked member, theirs; all of them or none."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.access import ActionRefused
from accounts.models import CustomRole, Membership, Role, RoleCapability, Team, User
from accounts.services import create_token
from hosts.models import Host
from jobs.models import AuditEntry, Job
from notices.models import Notice
from quotas.models import Limit, Resource
from teams.services import service_accounts
from teams.services.handing import had_already, hand_out, name_for
from tests.factories import make_host, make_vm
from tests.site.test_api import bearer
from tests.vms.test_create import furnish
from vms.models import VM
from vms.services.create import CreateRequest

pytestmark = pytest.mark.django_db
SPEC = CreateRequest(name="lab-{user}", source="network", size="small")


@pytest.fixture(autouse=True)
def alder(db: None) -> Host:
    """A host with a network."""
    return furnish(make_host("alder"))


@pytest.fixture
def team(oli: User, vera: User, sam: User) -> Team:
    """Oli's team, where Sam operates and Vera looks; with a program."""
    team = Team.objects.create(name="Teaching", slug="teaching")
    for user, role in ((oli, Role.OWNER), (sam, Role.OPERATOR), (vera, Role.VIEWER)):
        Membership.objects.create(team=team, user=user, role=role)
    service_accounts.create(team, "grader", Role.OPERATOR, oli)
    return team


def form(*people: User, **fields: Any) -> dict[str, Any]:
    """Return what the page sends."""
    own = {"name": "lab-{user}", "source": "network", "size": "small", "start": "on", "key": "k1"}
    return own | {"members": [person.pk for person in people]} | fields


def post(by: User, team: Team, data: dict[str, Any]) -> Any:
    client = Client()
    client.force_login(by)
    return client.post(reverse("teams:hand-out", args=[team.slug]), data)


def page(by: User, team: Team, where: str = "hand-out", **query: Any) -> str:
    client = Client()
    client.force_login(by)
    return client.get(reverse(f"teams:{where}", args=[team.slug]), query).content.decode()


def call(by: User, team: Team, body: dict[str, Any], key: str = "") -> Any:
    return Client().post(
        f"/api/v1/teams/{team.pk}/hand-out",
        json.dumps(body),
        content_type="application/json",
        headers=bearer(by) | ({"Idempotency-Key": key} if key else {}),
    )


def refused(team: Team, by: User, *people: User, **wish: Any) -> ActionRefused:
    """Hand out and return the refusal; none may be made."""
    before = VM.objects.count()
    spec = CreateRequest(**{"name": "lab-{user}", "source": "network"} | wish)
    with pytest.raises(ActionRefused) as caught:
        hand_out(team, spec, [person.pk for person in people], by)
    assert VM.objects.count() == before
    assert not Job.objects.exists()
    return caught.value


def test_each_gets_a_machine_of_their_own(
    team: Team,
    oli: User,
    sam: User,
    vera: User,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        jobs = hand_out(team, SPEC, [oli.pk, sam.pk, vera.pk], oli)
        found = VM.objects.values_list("name", "owner__username", "team__slug").order_by("name")
        names = ("oli", "sam", "vera")
        assert list(found) == [(f"lab-{name}", name, "teaching") for name in names]
        assert len({job.target_id for job in jobs}) == 3
    told = set(Notice.objects.filter(kind="team").values_list("user__username", "subject"))
    assert told == {(name, f"oli gives you the machine lab-{name}") for name in ("sam", "vera")}
    line = AuditEntry.objects.get(action="team.hand_out")
    assert line.actor == oli
    assert line.detail["people"] == ["oli", "sam", "vera"]


@pytest.mark.parametrize(
    ("username", "name"),
    [
        ("sam", "lab-sam"),
        ("Anna.B_c", "lab-anna-b-c"),
        ("jörg@example.net", "lab-jorg"),
        ("日本", "lab-user-7"),
    ],
)
def test_names_are_fit_for_machines(username: str, name: str) -> None:
    assert name_for("lab-{user}", User(pk=7, username=username)) == name


def test_a_taken_name_refuses_all_and_is_named(team: Team, oli: User, sam: User) -> None:
    make_vm("lab-sam", team=team)
    error = refused(team, oli, oli, sam)
    assert error.extra["fields"]["name"] == "There is a machine called lab-sam already."


def test_a_name_taken_on_the_host_is_named(team: Team, oli: User, sam: User, alder: Host) -> None:
    make_vm("lab-sam", host=alder)
    error = refused(team, oli, oli, sam)
    assert error.message == "The name lab-sam cannot be had. Choose another one."


def test_names_differ(team: Team, oli: User, sam: User, vera: User) -> None:
    error = refused(team, oli, oli, sam, name="lab")
    assert "{user}" in error.extra["fields"]["name"]
    User.objects.filter(pk=sam.pk).update(username="anna.b")
    User.objects.filter(pk=vera.pk).update(username="anna_b")
    error = refused(team, oli, sam, vera)
    assert error.extra["fields"]["name"] == "Two machines would be called lab-anna-b."
    assert len(hand_out(team, CreateRequest("exam", "network"), [sam.pk], oli)) == 1


def test_beyond_the_teams_quota_none_is_made(team: Team, oli: User, sam: User, vera: User) -> None:
    Limit.objects.create(team=team, resource=Resource.MACHINES, amount=2)
    error = refused(team, oli, oli, sam, vera)
    assert error.code == "quota"
    assert error.message == "Machines: 3 more, but the team has 2 of 2 left."
    assert len(hand_out(team, SPEC, [oli.pk, sam.pk], oli)) == 2


def test_each_persons_own_limit_holds(team: Team, oli: User, sam: User, vera: User) -> None:
    Limit.objects.create(team=team, each=True, resource=Resource.MACHINES, amount=1)
    make_vm("old", team=team, owner=sam)
    error = refused(team, oli, oli, sam, vera)
    assert error.message == "Machines: 1 more, but sam has 0 of 1 left."
    assert error.extra["resources"][0]["person"] == "sam"
    assert len(hand_out(team, SPEC, [oli.pk, vera.pk], oli)) == 2


def test_only_members_and_no_programs(team: Team, oli: User, ada: User) -> None:
    program = User.objects.get(service_team=team)
    for person in (ada, program):
        assert "members" in refused(team, oli, oli, person).extra["fields"]
    assert "members" in refused(team, oli).extra["fields"]


def test_the_same_key_makes_them_once(
    team: Team,
    oli: User,
    sam: User,
    vera: User,
    django_capture_on_commit_callbacks: Any,
) -> None:
    people = [sam.pk, vera.pk]
    with django_capture_on_commit_callbacks(execute=True):
        first = hand_out(team, SPEC, people, oli, idempotency_key="again")
        assert hand_out(team, SPEC, people, oli, idempotency_key="again") == first
        assert VM.objects.count() == 2
    assert Notice.objects.filter(kind="team").count() == 2
    assert AuditEntry.objects.filter(action="team.hand_out").count() == 1


def test_who_manages_but_does_not_decide_is_refused(team: Team, sam: User) -> None:
    Team.objects.filter(pk=team.pk).update(approves_creation=True)
    role = CustomRole.objects.create(name="Tutor", slug="tutor")
    for capability in ("team.view", "team.manage", "vm.view", "vm.create"):
        RoleCapability.objects.create(role=role, capability=capability)
    Membership.objects.filter(user=sam).update(role=role.slug)
    assert refused(Team.objects.get(), sam, sam).code == "needs-approval"


def test_who_decides_needs_no_approval(team: Team, oli: User, sam: User) -> None:
    Team.objects.filter(pk=team.pk).update(approves_creation=True)
    assert len(hand_out(Team.objects.get(), SPEC, [sam.pk], oli)) == 1


def test_operators_do_not(team: Team, sam: User, vera: User) -> None:
    for by in (sam, vera):
        with pytest.raises(PermissionDenied):
            hand_out(team, SPEC, [vera.pk], by)
    assert not VM.objects.exists()


def test_rights_on_page_and_api(team: Team, sam: User, ada: User, oli: User) -> None:
    auditor = User.objects.create(username="ann", site_role="auditor")
    stranger = User.objects.create(username="kim")
    for by, status in ((sam, 403), (auditor, 403), (stranger, 404)):
        assert post(by, team, form(sam)).status_code == status
        assert call(by, team, {"members": ["sam"]}).status_code == status
    assert not VM.objects.exists()
    assert "Hand out machines" not in page(sam, team, "overview")
    assert "Hand out machines" in page(oli, team, "overview")
    assert post(ada, team, form(sam)).status_code == 302


def test_a_token_that_only_manages_makes_nothing(team: Team, oli: User) -> None:
    key = create_token(oli, "narrow", capabilities=["team.view", "team.manage"]).key
    answer = Client().post(
        f"/api/v1/teams/{team.pk}/hand-out",
        json.dumps({"members": ["sam"], "source": "network"}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )
    assert answer.status_code == 403
    assert not VM.objects.exists()


def test_the_page_hands_out_and_names_each(team: Team, oli: User, sam: User, vera: User) -> None:
    answer = post(oli, team, form(sam, vera))
    assert answer.headers["Location"].startswith("/machines/new/made/?jobs=")
    again = post(oli, team, form(sam, vera))
    assert again.headers["Location"] == answer.headers["Location"]
    assert VM.objects.count() == 2
    client = Client()
    client.force_login(oli)
    made = client.get(answer.headers["Location"]).content.decode()
    assert "lab-sam" in made
    assert "lab-vera" in made


def test_the_page_says_what_it_comes_to(team: Team, oli: User, sam: User) -> None:
    Limit.objects.create(team=team, resource=Resource.MACHINES, amount=2)
    shown = page(oli, team)
    assert "grader" not in shown
    assert "Hand out 3 machines" in shown
    assert "not enough left" in shown
    changed = page(oli, team, "hand-out-summary", **form(sam))
    assert "Hand out 1 machine<" in changed
    assert "→ <b>1</b>" in changed
    assert "not enough left" not in changed


def test_who_has_one_is_shown_and_left_out(team: Team, oli: User, sam: User) -> None:
    hand_out(team, SPEC, [sam.pk], oli)
    assert had_already(team, "network") == {sam.pk: "lab-sam"}
    assert had_already(team, "image:other") == {}
    assert "has lab-sam already" in page(oli, team, "hand-out-summary", **form())


def test_the_page_shows_refusals(team: Team, oli: User, sam: User) -> None:
    make_vm("lab-sam", team=team)
    answer = post(oli, team, form(sam))
    assert answer.status_code == 400
    assert "There is a machine called lab-sam already." in answer.content.decode()
    assert "Choose who gets a machine." in post(oli, team, form()).content.decode()


def test_programs_hand_out_too(team: Team, oli: User, sam: User) -> None:
    body = {"members": ["sam", "vera"], "source": "network", "name": "cs-{user}"}
    answer = call(oli, team, body, "k")
    assert answer.status_code == 202, answer.content
    assert len(answer.json()["jobs"]) == 2
    assert call(oli, team, body, "k").json() == answer.json()
    assert VM.objects.get(name="cs-sam").owner == sam
    assert VM.objects.count() == 2
    nobody = call(oli, team, body | {"members": ["ghost"]})
    assert nobody.status_code == 400
