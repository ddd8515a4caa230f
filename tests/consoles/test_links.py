"""Links to a console: who makes them, who comes by them, and that they end."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import LinkPolicy, Membership, Role, Team
from consoles.models import ConsoleLink, ConsoleSession
from consoles.room import driving
from consoles.room.people import driver_of, occupants
from consoles.sharing import links
from jobs.models import AuditEntry
from tests.lab.waiting import wait_until

from .conftest import ORIGIN, connect, shake_hands, sign_in
from .test_gateway import ending, opened
from .test_rfb import KEY, UPDATE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_vm(vm, oli, vera):
    """A machine of oli's in a team whose links are for anyone; vera is in the team."""
    team = Team.objects.create(name="Robotics", slug="robotics", console_links=LinkPolicy.ANYONE)
    Membership.objects.create(team=team, user=oli, role=Role.MEMBER)
    Membership.objects.create(team=team, user=vera, role=Role.OPERATOR)
    vm.team = team
    vm.save()
    return vm


def shared(vm, by, mode="view", *, needs_sign_in=False, hours=1):
    """Make a link and return its address."""
    wishes = {"mode": mode, "needs_sign_in": needs_sign_in, "lasts": timedelta(hours=hours)}
    return f"/w/{links.share(vm, by, **wishes).key}/"


def stranger() -> Client:
    """A browser that nobody is signed in with."""
    return Client(headers={"origin": ORIGIN, "host": "guesthouse.test"})


def come_in(gateway, client, address, name="Grace", **fields):
    """Come by a link, give a name, and open the console."""
    assert client.post(address, {"name": name}).status_code == 302
    ticket = client.post(f"{address}ticket/", fields).json()["ticket"]
    console = connect(gateway.path, client, ticket)
    shake_hands(console)
    return console


def test_a_link_is_made_on_the_page_and_its_address_shown_once(client, open_vm, oli):
    browser = sign_in(oli)
    page = browser.post(
        f"/machines/{open_vm.pk}/console/links/",
        {"mode": "view", "needs_sign_in": "no", "hours": "8"},
    ).content.decode()
    address = re.search(r"http://guesthouse.test(/w/[^/]+/)", page)
    assert address
    link = ConsoleLink.objects.get()
    assert address[1].split("/")[2] not in str(link.__dict__)
    assert timedelta(hours=7) < link.expires_at - timezone.now() <= timedelta(hours=8)
    again = browser.get(f"/machines/{open_vm.pk}/console/links/").content.decode()
    assert "/w/" not in again
    assert "Ends in" in again
    assert AuditEntry.objects.get(action="console.share").detail["mode"] == "view"


def test_who_comes_without_an_account_watches_and_is_named(gateway, display, open_vm, oli):
    address = shared(open_vm, oli)
    browser = stranger()
    assert "Your name" in browser.get(address).content.decode()
    assert browser.post(f"{address}ticket/").status_code == 404
    console = come_in(gateway, browser, address, mode="control")
    console.send(KEY + UPDATE)
    wait_until(lambda: UPDATE in display.heard)
    assert KEY not in display.heard
    page = browser.get(address).content.decode()
    assert "console-words" in page
    assert "Shut down" not in page
    assert open_vm.host.name not in page
    row = ConsoleSession.objects.get()
    assert (row.user, row.name, row.mode) == (None, "Grace", "view")
    joined = AuditEntry.objects.get(action="console.join")
    assert (joined.actor, joined.detail["name"]) == (None, "Grace")
    assert [one.name for one in occupants(open_vm)] == ["Grace"]


def test_who_may_drive_by_a_link_asks_like_everybody(gateway, display, open_vm, oli):
    mine = sign_in(oli)
    opened(gateway, mine, open_vm)
    address = shared(open_vm, oli, "control")
    browser = stranger()
    console = come_in(gateway, browser, address)
    assert driver_of(open_vm).name == "oli"
    assert browser.post(f"{address}hands/", {"act": "take"}).status_code == 400
    assert browser.post(f"{address}hands/", {"act": "ask"}).status_code == 204
    grace = next(one for one in occupants(open_vm) if one.name == "Grace")
    driving.hand_over(open_vm, oli, f"user:{oli.pk}", grace.who)
    wait_until(lambda: any(room.drives and room.row.name for room in gateway.house.rooms()))
    console.send(KEY)
    wait_until(lambda: KEY in display.heard)


@pytest.mark.parametrize("end", ["revoked", "expired", "policy", "maker", "demoted", "reach"])
def test_the_console_closes_when_the_link_ends(gateway, display, open_vm, oli, vera, end):
    address = shared(open_vm, oli)
    browser = stranger()
    console = come_in(gateway, browser, address)
    link = ConsoleLink.objects.get()
    if end == "revoked":
        links.end(link, oli)
    elif end == "expired":
        ConsoleLink.objects.update(expires_at=timezone.now())
    elif end == "policy":
        Team.objects.update(console_links=LinkPolicy.PEOPLE)
    elif end == "maker":
        oli.is_active = False
        oli.save()
    elif end == "demoted":
        open_vm.owner = vera
        open_vm.save()
    else:
        Membership.objects.filter(user=oli).delete()
    assert ending(console) == (4401, "link-ended")
    page = browser.get(address)
    assert page.status_code == 404
    assert open_vm.name not in page.content.decode()
    assert browser.post(f"{address}ticket/").status_code == 404


def test_a_link_for_people_asks_to_sign_in(gateway, display, open_vm, oli, sam):
    address = shared(open_vm, oli, needs_sign_in=True)
    answer = stranger().get(address)
    assert answer.status_code == 302
    assert "/account/login/" in answer.url
    assert stranger().post(address, {"name": "Eve"}).status_code == 302
    browser = sign_in(sam)
    assert browser.get(address).status_code == 200
    ticket = browser.post(f"{address}ticket/").json()["ticket"]
    shake_hands(connect(gateway.path, browser, ticket))
    assert ConsoleSession.objects.get().user == sam
    assert browser.get(f"/machines/{open_vm.pk}/console/").status_code == 404


@pytest.mark.parametrize("policy", [LinkPolicy.OFF, LinkPolicy.PEOPLE])
def test_the_team_decides_who_may_come(open_vm, oli, policy):
    Team.objects.update(console_links=policy)
    open_vm.refresh_from_db()
    answer = sign_in(oli).post(
        f"/machines/{open_vm.pk}/console/links/",
        {"mode": "view", "needs_sign_in": "no", "hours": "1"},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 403
    assert not ConsoleLink.objects.exists()


def test_operators_make_no_links(open_vm, vera):
    answer = sign_in(vera).post(
        f"/machines/{open_vm.pk}/console/links/",
        {"mode": "view", "needs_sign_in": "yes", "hours": "1"},
    )
    assert answer.status_code == 403


def test_a_link_is_extended_and_ended_on_the_page(open_vm, oli, sam):
    shared(open_vm, oli)
    link = ConsoleLink.objects.get()
    ConsoleLink.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
    here = f"/machines/{open_vm.pk}/console/links/{link.pk}"
    assert sign_in(sam).post(f"{here}/end/").status_code == 404
    browser = sign_in(oli)
    assert browser.post(f"{here}/extend/").status_code == 200
    link.refresh_from_db()
    assert link.expires_at - timezone.now() > timedelta(minutes=50)
    assert browser.post(f"{here}/end/").status_code == 200
    assert not links.standing(open_vm)


def test_a_browser_of_another_visitor_cannot_use_the_ticket(gateway, display, open_vm, oli):
    address = shared(open_vm, oli)
    one, other = stranger(), stranger()
    one.post(address, {"name": "Grace"})
    other.post(address, {"name": "Eve"})
    ticket = one.post(f"{address}ticket/").json()["ticket"]
    with pytest.raises(Exception, match="403"):
        connect(gateway.path, other, ticket)


def test_a_crowd_at_a_link_leaves_room_for_the_owner(gateway, display, open_vm, oli, settings):
    settings.CONSOLES_PER_LINK = 2
    address = shared(open_vm, oli)
    browser = stranger()
    come_in(gateway, browser, address)
    come_in(gateway, browser, address)
    refused = browser.post(f"{address}ticket/")
    assert refused.status_code == 429
    opened(gateway, sign_in(oli), open_vm)
