"""The pages of hosts, and who may see them."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from hosts.models import Host, HostState
from jobs import running
from jobs.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


@pytest.fixture
def host(db: None) -> Host:
    host = Host.objects.create(
        name="juniper",
        transport="tcp",
        hostname="juniper.example.net",
        state=HostState.ONLINE,
        last_seen=timezone.now(),
        cpus=8,
        memory=16 * 2**30,
        memory_used=4 * 2**30,
        cpu_percent=31.0,
        libvirt_version="9.0.0",
    )
    host.pools.create(
        uuid="11111111-1111-1111-1111-111111111111", name="default", kind="dir", active=True,
        capacity=100 * 2**30, allocation=40 * 2**30,
    )  # fmt: skip
    host.networks.create(
        uuid="21111111-1111-1111-1111-111111111111", name="default", mode="nat", active=True
    )
    for number in range(3):
        host.vms.create(
            uuid=f"31111111-1111-1111-1111-11111111111{number}",
            name=f"web{number}", state="running", cpu_percent=number, memory=2**30,
        )  # fmt: skip
    return host


def test_first_page_offers_to_add_a_host(admin: Client):
    page = admin.get(reverse("hosts:list"))
    assert "Add your first host" in page.content.decode()


@pytest.mark.parametrize("layout", ["cards", "table"])
def test_list_shows_each_host_with_a_constant_number_of_queries(
    admin: Client, host: Host, layout, django_assert_max_num_queries
):
    for number in range(10):
        Host.objects.create(name=f"elm{number}", transport="local", state=HostState.ONLINE)
    with django_assert_max_num_queries(16):
        page = admin.get(reverse("hosts:list"), {"layout": layout})
    assert "juniper" in page.content.decode()
    assert "elm9" in page.content.decode()


@pytest.mark.parametrize("tab", ["overview", "machines", "storage", "networks", "devices"])
@pytest.mark.parametrize("state", list(HostState))
def test_each_tab_opens_in_each_state(admin: Client, host: Host, tab, state):
    host.state, host.error_code, host.error_message = state, "refused", "It refuses."
    host.next_try = timezone.now()
    host.save()
    page = admin.get(reverse("hosts:tab", args=[host.pk, tab]))
    assert page.status_code == 200
    assert admin.get(reverse("hosts:body", args=[host.pk, tab])).status_code == 200


def test_unreachable_host_says_why_and_shows_old_data_as_old(admin: Client, host: Host):
    Host.objects.filter(pk=host.pk).update(
        state=HostState.UNREACHABLE,
        error_code="refused",
        error_message="juniper refuses the connection.",
        error_detail="Connection refused",
    )
    page = admin.get(reverse("hosts:detail", args=[host.pk])).content.decode()
    assert "juniper refuses the connection." in page
    assert "systemctl start libvirtd-tcp.socket" in page
    assert "Everything below is old" in page
    assert 'aria-disabled="true"' in page


def test_card_marks_machines_unknown_while_the_host_is_away(admin: Client, host: Host):
    Host.objects.filter(pk=host.pk).update(state=HostState.UNREACHABLE)
    card = admin.get(reverse("hosts:card", args=[host.pk])).content.decode()
    assert card.count("gh-win__unknown") == 3


def test_nobody_but_administrators_sees_hosts(client: Client, oli: User, host: Host):
    client.force_login(oli)
    for name, args in [
        ("hosts:list", []), ("hosts:add", []), ("hosts:public_key", []),
        ("hosts:detail", [host.pk]), ("hosts:card", [host.pk]), ("hosts:edit", [host.pk]),
        ("hosts:tab", [host.pk, "machines"]),
    ]:  # fmt: skip
        assert client.get(reverse(name, args=args)).status_code in {403, 404}, name
    for name, args in [("hosts:remove", [host.pk]), ("hosts:action", [host.pk, "rescan"])]:
        assert client.post(reverse(name, args=args)).status_code in {403, 404}, name
    assert Host.objects.count() == 1


@pytest.mark.parametrize(
    "hostname",
    [
        "", "-oProxyCommand=sh", "host;id", "host/../../x", "host?command=sh", "a b", "ho\nst",
        "[::1", "user@host", "host:22", "1.2.3", "host#x", "%2e%2e", "h\u00f6st", "a" * 254,
        "fe80::1%eth0", "$(id)", "`id`", "host&socket=/x",
    ],
)  # fmt: skip
@pytest.mark.parametrize("transport", ["ssh", "tls", "tcp"])
def test_hostile_addresses_are_refused(admin: Client, hostname, transport):
    """S17: nothing but a plain host name gets into a URI, and nothing is started."""
    for action in ("test", "save"):
        answer = admin.post(
            reverse("hosts:add"),
            {"transport": transport, "hostname": hostname, "name": "x", "action": action},
        )
        assert answer.status_code == 400
    assert not Host.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "root -oX"), ("username", "-root"), ("port", "0"), ("port", "70000"),
        ("port", "22;id"), ("socket", "relative"), ("socket", "/a/../b"), ("socket", "/a?x=y"),
        ("name", "a/b"), ("name", "<b>"), ("name", "x" * 64), ("transport", "qemu"),
        ("transport", "test"),
    ],
)  # fmt: skip
def test_hostile_parts_are_refused(admin: Client, field, value):
    wish = {"transport": "ssh", "hostname": "alder.example.net", "name": "alder", "action": "test"}
    assert admin.post(reverse("hosts:add"), {**wish, field: value}).status_code == 400
    assert not Job.objects.filter(kind="host.test").exists()


def test_names_are_unique(admin: Client, host: Host):
    answer = admin.post(
        reverse("hosts:add"), {"transport": "local", "name": "Juniper", "action": "save"}
    )
    assert answer.status_code == 400
    assert "Another host has this name." in answer.content.decode()


def test_ssh_host_is_not_added_before_its_key_was_seen(admin: Client):
    wish = {"transport": "ssh", "hostname": "alder.example.net", "action": "save"}
    assert admin.post(reverse("hosts:add"), wish).status_code == 400
    assert not Host.objects.exists()


def test_local_host_is_added(admin: Client):
    wish = {"transport": "local", "name": "here", "action": "save"}
    answer = admin.post(reverse("hosts:add"), wish)
    host = Host.objects.get()
    assert answer.headers["Location"] == reverse("hosts:detail", args=[host.pk])
    assert (host.name, host.state) == ("here", HostState.CONNECTING)


def test_removing_asks_for_the_name_and_forgets_the_rows(admin: Client, host: Host):
    place = reverse("hosts:remove", args=[host.pk])
    assert admin.post(place, {"confirm": "other"}).status_code == 400
    assert admin.post(place, {"confirm": "juniper"}).status_code == 302
    assert not Host.objects.exists()


@pytest.mark.parametrize(
    ("wish", "step", "words"),
    [
        ({"transport": "tcp", "hostname": "no-such-name.invalid"}, "name", "is not known"),
        ({"transport": "tcp", "hostname": "127.0.0.1", "port": "1"}, "port", "nothing listens"),
        ({"transport": "ssh", "hostname": "127.0.0.1", "port": "1"}, "port", "nothing listens"),
        ({"transport": "local", "socket": "/nonexistent/sock"}, "libvirt", "no libvirt socket"),
    ],
)
def test_each_wrong_address_gets_its_own_sentence(admin: Client, wish, step, words):
    answer = admin.post(reverse("hosts:add"), {**wish, "action": "test"})
    job = Job.objects.get(kind="host.test")
    assert answer.headers["Location"] == f"{reverse('hosts:add')}?test={job.pk}"
    running.run(job.pk)
    job.refresh_from_db()
    assert job.state == "succeeded"
    assert job.result["steps"][-1]["key"] == step
    page = admin.get(reverse("hosts:test", args=[job.pk])).content.decode()
    assert words in page
    assert job.result["is_ok"] is False


def test_test_of_somebody_else_is_not_shown(admin: Client, client: Client, sam: User):
    job = Job.objects.create(
        kind="host.test", target_kind="host", target_name="x", actor=sam, exclusive=False,
        params={"name": "x", "transport": "local"},
    )  # fmt: skip
    assert admin.get(reverse("hosts:test", args=[job.pk])).status_code == 404
