"""The console room and its ticket: who gets in, and what the page says."""

import pytest
from django.urls import reverse

from accounts.models import Membership, Role, Team
from hosts.models import HostState, Transport
from jobs.models import AuditEntry
from tests.factories import make_host, make_vm
from vms.states import VMState

from .conftest import ask, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis")]


@pytest.mark.parametrize("page", ["room", "serial", "panel"])
def test_the_owner_sees_every_page(vm, oli, page):
    answer = sign_in(oli).get(reverse(f"consoles:{page}", args=[vm.pk]))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("page", ["room", "serial", "panel"])
def test_a_stranger_gets_404(vm, sam, page):
    assert sign_in(sam).get(reverse(f"consoles:{page}", args=[vm.pk])).status_code == 404
    assert ask(sign_in(sam), vm).status_code == 404


def test_a_viewer_may_not_use_consoles(vm, vera):
    vm.team = Team.objects.create(name="Lab", slug="lab")
    vm.save()
    Membership.objects.create(user=vera, team=vm.team, role=Role.VIEWER)
    assert sign_in(vera).get(reverse("consoles:room", args=[vm.pk])).status_code == 403
    assert ask(sign_in(vera), vm).status_code == 403


def test_nobody_is_sent_to_sign_in(client, vm):
    assert client.get(reverse("consoles:room", args=[vm.pk])).status_code == 302
    assert ask(client, vm).status_code == 302


def test_the_policy_stays_strict(vm, oli):
    policy = sign_in(oli).get(reverse("consoles:room", args=[vm.pk]))["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy
    assert "nonce-" not in policy
    text = sign_in(oli).get(reverse("consoles:serial", args=[vm.pk]))
    policy = text["Content-Security-Policy"]
    assert f"style-src 'self' 'nonce-{text.context['nonce']}'" in policy
    assert "script-src 'self';" in policy + ";"


def test_a_machine_without_screen_opens_on_its_text_console(oli):
    vm = make_vm(owner=oli, graphics=[], has_serial=True)
    answer = sign_in(oli).get(reverse("consoles:room", args=[vm.pk]))
    assert answer["Location"] == reverse("consoles:serial", args=[vm.pk])


def test_a_tenant_is_not_told_the_host(vm, oli, ada):
    url = reverse("consoles:room", args=[vm.pk])
    assert vm.host.name not in sign_in(oli).get(url).content.decode()
    assert vm.host.name in sign_in(ada).get(url).content.decode()


def test_a_machine_that_is_off_offers_to_start(oli):
    vm = make_vm("web02", owner=oli, state=VMState.OFF, has_serial=True)
    page = sign_in(oli).get(reverse("consoles:room", args=[vm.pk])).content.decode()
    assert 'data-state="off"' in page
    assert reverse("vms:action", args=[vm.pk, "start"]) in page


def test_a_name_with_signs_stays_text(oli):
    vm = make_vm("<img src=x>", owner=oli, has_serial=True)
    page = sign_in(oli).get(reverse("consoles:room", args=[vm.pk])).content.decode()
    assert "<img" not in page


def test_a_ticket_names_socket_protocol_and_end(vm, oli):
    answer = ask(sign_in(oli), vm)
    assert answer.json().keys() == {"url", "protocol", "ticket", "expires_at"}
    assert answer.json()["url"] == "/console/ws"
    assert "no-store" in answer["Cache-Control"]


def test_a_ticket_is_asked_for_by_post_with_a_csrf_token(vm, oli):
    client = sign_in(oli)
    assert client.get(reverse("consoles:ticket", args=[vm.pk])).status_code == 405
    client.handler.enforce_csrf_checks = True
    assert ask(client, vm).status_code == 403


def test_opening_is_recorded(vm, oli):
    ask(sign_in(oli), vm, mode="view")
    entry = AuditEntry.objects.get(action="console.open")
    assert (entry.actor, entry.target_id, entry.detail["mode"]) == (oli, vm.pk, "view")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"state": VMState.OFF}, 409, "wrong-state"),
        ({"graphics": []}, 409, "no-display"),
        ({"graphics": [{"kind": "rdp"}]}, 409, "no-display"),
    ],
)
def test_what_cannot_work_is_refused_with_words(oli, change, status, code):
    answer = ask(sign_in(oli), make_vm(owner=oli, **change))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"].endswith(".")


def test_a_host_that_is_away_and_a_simulated_one_are_refused(oli):
    away = make_vm(owner=oli, host=make_host(state=HostState.UNREACHABLE))
    assert ask(sign_in(oli), away).json()["code"] == "host-unreachable"
    simulated = make_vm(owner=oli, host=make_host(transport=Transport.TEST))
    assert ask(sign_in(oli), simulated).json()["code"] == "simulated"


def test_without_redis_the_refusal_has_words(vm, oli, settings):
    from live import redis as live_redis

    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    live_redis.client.cache_clear()
    answer = ask(sign_in(oli), vm)
    assert (answer.status_code, answer.json()["code"]) == (503, "redis-away")


@pytest.mark.parametrize("fields", [{"kind": "telnet"}, {"mode": "root"}])
def test_unknown_kinds_and_modes_are_refused(vm, oli, fields):
    assert ask(sign_in(oli), vm, **fields).status_code == 400


def test_a_screen_out_of_reach_opens_the_text_console_and_says_why(oli):
    host = make_host(transport="tls", hostname="alder.example.net")
    loopback = [{"kind": "vnc", "listen": "address", "address": "127.0.0.1"}]
    vm = make_vm(owner=oli, host=host, graphics=loopback, has_serial=True)
    client = sign_in(oli)
    answer = client.get(reverse("consoles:room", args=[vm.pk]))
    assert answer["Location"] == reverse("consoles:serial", args=[vm.pk])
    assert "listens only inside its host" in client.get(answer["Location"]).content.decode()
    assert ask(client, vm).json()["code"] == "display-loopback"


def test_the_console_button_says_why_neither_screen_nor_text_can_be_shown(oli):
    host = make_host(transport="tls", hostname="alder.example.net")
    loopback = [{"kind": "vnc", "listen": "address", "address": "127.0.0.1"}]
    vm = make_vm(owner=oli, host=host, graphics=loopback, has_serial=False)
    client = sign_in(oli)
    page = client.get(reverse("vms:detail", args=[vm.pk])).content.decode()
    assert "listens only inside its host" in page
    assert ask(client, vm).status_code == 409
