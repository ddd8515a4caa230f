"""Pages and API: who sees what, filters, accepting, the command."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Role, SiteRole, Team, User
from posture import looking
from posture.models import Acceptance, Finding, Look
from tests.posture.making import good_host, open_vm
from tests.site.test_api import bearer
from vms.models import VM

pytestmark = pytest.mark.django_db


class World:
    """Two teams, each with a machine that has findings."""

    def __init__(self, owner: User, other: User) -> None:
        self.red = Team.objects.create(name="Red", slug="red")
        self.blue = Team.objects.create(name="Blue", slug="blue")
        Membership.objects.create(user=owner, team=self.red, role=Role.OWNER)
        Membership.objects.create(user=other, team=self.blue, role=Role.OWNER)
        host = good_host("juniper", host_key="")
        self.red_vm = open_vm("web-red", host=host, team=self.red, fences=FENCES)
        self.blue_vm = open_vm("web-blue", host=host, team=self.blue)
        looking.look()

    def finding(self, vm: VM, key: str) -> Finding:
        return Finding.objects.get(vm=vm, check_key=key)


FENCES = {"displays": [{"has_password": False, "has_tls": False}], "devices": ["usb 046d:c52b"]}


@pytest.fixture
def world(oli: User, sam: User) -> World:
    return World(oli, sam)


def page(client: Client, user: User, url: str) -> str:
    client.force_login(user)
    answer = client.get(url)
    assert answer.status_code == 200, answer.content[:400]
    return str(answer.content.decode())


def test_administrators_see_everything_grouped_with_what_it_costs(
    client: Client, ada: User, world: World
) -> None:
    text = page(client, ada, "/posture/")
    for words in (
        "Its display is open to the network, without a password",
        "vnc 0.0.0.0:5900",
        "web-red",
        "web-blue",
        "Its SSH key is not pinned",
        "Administrators sign in with a password alone",
        "virsh edit NAME",
        "Held at 49 while a critical finding stands",
        "points",
    ):
        assert words in text, words


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("severity=critical", "Its display is open", "Its SSH key"),
        ("area=transport", "Its SSH key", "Its display is open"),
        ("part=host", "Its SSH key", "web-red"),
        ("team=red", "web-red", "web-blue"),
        ("check=host-devices", "usb 046d:c52b", "web-blue"),
        ("state=accepted", "Nothing found like this", "web-red"),
        ("state=unknown", "The vault", "web-red"),
        ("severity=nonsense&host=x&machine=99999999999999999999", "web-blue", "Nothing found like"),
    ],
)
def test_filters(
    client: Client, ada: User, world: World, query: str, there: str, absent: str, settings: Any
) -> None:
    settings.VAULT_KEYS = ["x"]
    looking.look()
    text = page(client, ada, f"/posture/?{query}")
    assert there in text
    assert f">{absent}" not in text


def test_a_host_filter_shows_the_host_and_its_machines(
    client: Client, ada: User, world: World
) -> None:
    other = open_vm("elsewhere")
    looking.look()
    text = page(client, ada, f"/posture/?host={world.red_vm.host_id}")
    assert "web-red" in text
    assert other.name not in text


def test_owners_see_their_teams_machines_and_nothing_else(
    client: Client, oli: User, vera: User, world: World
) -> None:
    text = page(client, oli, "/teams/red/posture/")
    assert "web-red" in text
    for absent in ("web-blue", "juniper", "SSH key", "Administrators"):
        assert absent not in text
    assert client.get("/teams/blue/posture/").status_code == 404
    assert client.get("/posture/").status_code == 403
    assert client.get(f"/machines/{world.blue_vm.pk}/posture/").status_code == 404
    Membership.objects.create(user=vera, team=world.red, role=Role.VIEWER)
    client.force_login(vera)
    assert client.get("/teams/red/posture/").status_code == 403
    assert client.get(f"/machines/{world.red_vm.pk}/posture/").status_code == 403
    assert 'id="posture"' not in page(client, vera, f"/machines/{world.red_vm.pk}/")


def test_auditors_look_and_accept_nothing(client: Client, vera: User, world: World) -> None:
    User.objects.filter(pk=vera.pk).update(site_role=SiteRole.AUDITOR)
    vera.refresh_from_db()
    text = page(client, vera, "/posture/")
    assert "web-red" in text
    assert "Accept…" not in text
    assert "/posture/look/" not in text
    finding = world.finding(world.red_vm, "host-devices")
    assert client.get(reverse("posture:accept", args=[finding.pk])).status_code == 403
    text = page(client, vera, f"/machines/{world.red_vm.pk}/")
    assert f"/posture/?machine={world.red_vm.pk}" in text


def test_a_machine_shows_its_checks_and_a_card(client: Client, oli: User, world: World) -> None:
    text = page(client, oli, f"/machines/{world.red_vm.pk}/")
    assert 'id="posture"' in text
    assert "Its display is open to the network" in text
    text = page(client, oli, f"/machines/{world.red_vm.pk}/posture/")
    for words in ("virsh edit web-red", "Looked for and not found", "It has no security chip"):
        assert words in text
    VM.objects.filter(pk=world.red_vm.pk).update(graphics=[])
    text = page(client, oli, f"/machines/{world.red_vm.pk}/posture/")  # judged now, not kept
    assert "Held at 49" not in text


def test_a_host_shows_a_card(client: Client, ada: User, world: World) -> None:
    text = page(client, ada, f"/hosts/{world.red_vm.host_id}/")
    assert "Its SSH key is not pinned" in text
    assert f"/posture/?host={world.red_vm.host_id}" in text


def test_owners_accept_what_is_not_severe_and_take_it_back(
    client: Client, oli: User, ada: User, world: World
) -> None:
    client.force_login(oli)
    finding = world.finding(world.red_vm, "host-devices")
    severe = world.finding(world.red_vm, "display-open")
    theirs = world.finding(world.blue_vm, "display-open")
    of_host = Finding.objects.get(check_key="host-key")
    for one, status in ((finding, 200), (severe, 403), (theirs, 404), (of_host, 404)):
        assert client.get(reverse("posture:accept", args=[one.pk])).status_code == status
    url = reverse("posture:accept", args=[finding.pk])
    day = timezone.localdate() + timedelta(days=5)
    answer = client.post(url, {"reason": "", "until": day.isoformat()})
    assert answer.status_code == 400
    answer = client.post(url, {"reason": "a licence key", "until": "2001-01-01"})
    assert b"between today and a year from now" in answer.content
    answer = client.post(url, {"reason": "a licence key", "until": day.isoformat()})
    assert answer["Location"] == "/teams/red/posture/"
    assert "“a licence key”" in page(client, oli, "/teams/red/posture/?state=accepted")
    client.post(reverse("posture:take_back", args=[finding.pk]))
    assert not Acceptance.objects.exists()
    client.force_login(ada)
    url = reverse("posture:accept", args=[severe.pk])
    assert client.post(url, {"reason": "lab", "until": day.isoformat()})["Location"] == "/posture/"


def test_before_the_first_look_the_page_says_so(client: Client, ada: User) -> None:
    assert "Nobody has looked yet" in page(client, ada, "/posture/")


def test_the_page_asks_a_bounded_number_of_questions(
    client: Client, ada: User, world: World, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        open_vm(f"more{number}", host=world.red_vm.host, team=world.red)
    looking.look()
    client.force_login(ada)
    with django_assert_max_num_queries(45):
        client.get("/posture/")


def test_a_group_of_many_says_how_many_and_leads_to_all(
    client: Client, ada: User, world: World
) -> None:
    for number in range(40):
        open_vm(f"more{number:02}", host=world.red_vm.host, team=world.red)
    looking.look()
    text = page(client, ada, "/posture/?severity=critical")
    assert "All 42" in text
    assert "more39" not in text
    text = page(client, ada, "/posture/?severity=critical&check=display-open")
    assert "more39" in text
    assert "All 42" not in text


def test_the_first_page_and_the_figures_tell_of_critical_findings(
    client: Client, ada: User, oli: User, world: World
) -> None:
    assert "2 critical security findings" in page(client, ada, "/")
    text = page(client, ada, "/metrics")
    assert "guesthouse_posture_score 49.0" in text
    assert 'guesthouse_posture_findings{severity="critical"} 2.0' in text
    assert "critical security" not in page(client, oli, "/")


def test_api(client: Client, ada: User, oli: User, sam: User, world: World) -> None:
    admin, owner, rival = bearer(ada), bearer(oli), bearer(sam)
    site = client.get("/api/v1/posture", headers=admin).json()
    assert (site["score"], site["ceiling"]) == (49, "critical")
    assert site["weights"]["critical"] == 40
    assert client.get("/api/v1/posture", headers=owner).status_code == 403
    rows = client.get("/api/v1/posture/findings?severity=critical&state=open", headers=admin).json()
    assert {row["subject"] for row in rows["items"]} == {"web-red", "web-blue"}
    rows = client.get("/api/v1/posture/findings?page_size=200", headers=owner).json()["items"]
    assert {row["subject"] for row in rows} == {"web-red"}
    mine = next(row for row in rows if row["check"] == "host-devices")
    assert mine["evidence"] == ["usb 046d:c52b"]
    url = f"/api/v1/posture/findings/{mine['id']}/acceptance"
    body = {"reason": "a licence key", "until": timezone.localdate().isoformat()}
    put: dict[str, Any] = {"data": json.dumps(body), "content_type": "application/json"}
    assert client.put(url, **put, headers=rival).status_code == 404
    told = client.put(url, **put, headers=owner).json()
    assert told["acceptance"]["by"] == "oli"
    late = json.dumps(body | {"until": "2001-01-01"})
    refused = client.put(url, late, content_type="application/json", headers=owner)
    assert (refused.status_code, refused.json()["fields"].keys()) == (400, {"until"})
    assert client.delete(url, headers=owner).json()["acceptance"] is None
    team = client.get(f"/api/v1/teams/{world.red.pk}/posture", headers=owner).json()
    assert team["findings"]["critical"] == 1
    assert client.get(f"/api/v1/teams/{world.red.pk}/posture", headers=rival).status_code == 404
    vm = client.get(f"/api/v1/vms/{world.red_vm.pk}/posture", headers=owner).json()
    assert {"check": "host-devices", "state": "bad"}.items() <= next(
        one for one in vm["checks"] if one["check"] == "host-devices"
    ).items()
    host = client.get(f"/api/v1/hosts/{world.red_vm.host_id}/posture", headers=admin).json()
    assert [one["check"] for one in host["checks"] if one["state"] == "bad"] == ["host-key"]
    assert client.post("/api/v1/posture/look", headers=admin).status_code == 202
    assert client.post("/api/v1/posture/look", headers=owner).status_code == 403


def test_the_command_says_what_is_wrong_and_whether_the_bar_is_reached(world: World) -> None:
    out = StringIO()
    call_command("posture", stdout=out)
    assert "critical  web-red" in out.getvalue()
    assert "vnc 0.0.0.0:5900" in out.getvalue()
    assert "Score: 49 of 100, held there by a critical finding" in out.getvalue()
    for bar, code in ((49, None), (50, 1)):
        try:
            call_command("posture", below=bar, kept=True, stdout=StringIO())
            left = None
        except SystemExit as ended:
            left = ended.code
        assert left == code
    out = StringIO()
    call_command("posture", json=True, kept=True, stdout=out)
    told = json.loads(out.getvalue())
    row = next(one for one in told["findings"] if one["subject"] == "web-red")
    assert told["score"] == 49
    assert row["command"] == "virsh edit web-red"
    assert Look.objects.filter(subject="site").exists()
