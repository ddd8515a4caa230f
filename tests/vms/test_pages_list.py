"""The list of machines: who sees what, filters, order, saved views, and its cost."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Role, Team, User
from hosts.models import HostState
from tests.factories import build_vm, make_host, make_vm
from vms.filters import MachineFilter
from vms.models import VM, SavedView

pytestmark = pytest.mark.django_db


def page(client: Client, user: User, query: str = "", **headers: Any) -> str:
    """Return the list as `user` sees it."""
    client.force_login(user)
    answer = client.get(f"/machines/{query}", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def names(client: Client, user: User, query: str = "") -> list[str]:
    """Return the names on the list, in order."""
    client.force_login(user)
    return [row.vm.name for row in client.get(f"/machines/{query}").context["listing"].rows]


def test_signed_out_person_goes_to_sign_in(client: Client) -> None:
    answer = client.get("/machines/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


def test_owner_sees_own_machines_and_no_host(client: Client, oli: User, sam: User) -> None:
    host = make_host("secret-host")
    make_vm("mine", owner=oli, host=host)
    make_vm("theirs", owner=sam, host=host)
    text = page(client, oli)
    assert "mine" in text
    assert "theirs" not in text
    assert "secret-host" not in text


def test_administrator_sees_all_with_hosts(client: Client, ada: User, oli: User) -> None:
    make_vm("mine", owner=oli, host=make_host("alder"))
    text = page(client, ada)
    assert "mine" in text
    assert "alder" in text


def test_viewer_of_a_team_sees_but_may_not_operate(client: Client, vera: User) -> None:
    team = Team.objects.create(name="Lab", slug="lab")
    Membership.objects.create(user=vera, team=team, role=Role.VIEWER)
    make_vm("shared", team=team)
    client.force_login(vera)
    [row] = client.get("/machines/").context["listing"].rows
    assert row.power.refusal


def test_host_is_neither_filter_nor_search_for_ordinary_people(client: Client, oli: User) -> None:
    make_vm("one", owner=oli, host=make_host("alder"))
    make_vm("two", owner=oli, host=make_host("birch"))
    assert names(client, oli, "?q=alder") == []
    assert names(client, oli, "?host=alder") == ["one", "two"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=web", ["web-1", "web-2"]),
        ("?q=10.9.9", ["db-1"]),
        ("?q=nginx", ["web-1"]),
        ("?q=oli", ["db-1"]),
        ("?q=birch", ["web-2"]),
        ("?q=web nginx", ["web-1"]),
        ("?state=off", ["db-1"]),
        ("?state=off&state=paused", ["db-1", "web-2"]),
        ("?state=!off", ["web-1", "web-2"]),
        ("?state=attention", ["web-2"]),
        ("?tag=prod&tag=nginx", ["web-1"]),
        ("?tag=prod&tag=!nginx", ["web-2"]),
        ("?owner=oli", ["db-1"]),
        ("?owner=nobody", ["web-1", "web-2"]),
        ("?host=birch", ["web-2"]),
        ("?state=nonsense", []),
        ("?sort=-name", ["web-2", "web-1", "db-1"]),
        ("?sort=-cpu", ["web-1", "web-2", "db-1"]),
        ("?sort=state", ["web-2", "web-1", "db-1"]),
        ("?sort=nonsense", ["db-1", "web-1", "web-2"]),
    ],
)
def test_filters_and_order(
    client: Client, ada: User, oli: User, query: str, found: list[str]
) -> None:
    make_vm("db-1", owner=oli, state="off", address="10.9.9.9", host=make_host("alder"))
    make_vm("web-1", tags=("prod", "nginx"), cpu_percent=10.0, address="10.0.0.1")
    make_vm(
        "web-2",
        tags=("prod",),
        state="paused",
        cpu_percent=50.0,
        host=make_host("birch"),
        address="10.0.0.2",
    )
    assert names(client, ada, query) == found


def test_machine_of_an_unreachable_host_is_unknown(client: Client, ada: User) -> None:
    make_vm("lost", state="running", host=make_host(state=HostState.UNREACHABLE))
    assert names(client, ada, "?state=running") == []
    assert names(client, ada, "?state=unknown") == ["lost"]
    assert names(client, ada, "?state=attention") == ["lost"]
    assert "data-stale" in page(client, ada)


def test_fifty_rows_a_page_with_the_whole_count(client: Client, ada: User) -> None:
    host = make_host()
    VM.objects.bulk_create([build_vm(f"vm-{n:03d}", host=host) for n in range(120)])
    text = page(client, ada, "?page=3")
    assert "vm-100" in text
    assert "vm-099" not in text
    assert "120" in text


def test_htmx_gets_only_the_parts_that_change(client: Client, ada: User) -> None:
    make_vm("web-1")
    text = page(client, ada, **{"HX-Request": "true"})
    assert "<html" not in text
    assert 'id="machines"' in text
    assert 'id="machines-chips"' in text


def test_row_is_what_the_list_includes(client: Client, ada: User) -> None:
    vm = make_vm("web-1")
    row = client_row(client, ada, vm)
    assert row.split("</td>")[1] in page(client, ada)


def client_row(client: Client, user: User, vm: VM) -> str:
    """Return the row alone."""
    client.force_login(user)
    return client.get(f"/machines/{vm.pk}/row/").content.decode()


def test_stranger_gets_404_for_a_row(client: Client, sam: User) -> None:
    vm = make_vm("web-1")
    client.force_login(sam)
    for part in ("row", "menu", "head", "metrics"):
        assert client.get(f"/machines/{vm.pk}/{part}/").status_code == 404


def test_empty_lists_say_what_to_do(client: Client, ada: User, oli: User) -> None:
    assert "Add host" in page(client, ada)
    make_host()
    assert "No machine yet" in page(client, oli)
    assert "No machine matches" in page(client, oli, "?q=zzz")


def test_view_is_saved_shown_and_deleted(client: Client, oli: User) -> None:
    make_vm("web-1", owner=oli)
    client.force_login(oli)
    answer = client.post("/machines/views/", {"name": "Web", "query": "?state=running&q=web&x=1"})
    view = SavedView.objects.get(user=oli)
    assert view.query == "q=web&state=running"
    assert answer["Location"] == "/machines/?q=web&state=running"
    assert "Web" in page(client, oli, f"?{view.query}")
    client.post(f"/machines/views/{view.pk}/delete/")
    assert not SavedView.objects.exists()


def test_view_of_somebody_else_is_404(client: Client, oli: User, sam: User) -> None:
    view = SavedView.objects.create(user=oli, name="Web", query="q=web")
    client.force_login(sam)
    assert client.post(f"/machines/views/{view.pk}/delete/").status_code == 404


def test_filter_reads_back_what_it_writes() -> None:
    query = "q=a+b&state=off&state=saved&tag=%21x&sort=-cpu"
    assert MachineFilter.of(query).encode() == query


def queries(client: Client, path: str) -> int:
    """Return how many SQL queries a page costs once caches are warm."""
    client.get(path)
    with CaptureQueriesContext(connection) as found:
        assert client.get(path).status_code == 200
    return len(found)


@pytest.mark.parametrize("query", ["", "?q=vm", "?state=running&sort=-cpu", "?owner=me"])
def test_number_of_queries_does_not_grow(client: Client, ada: User, query: str) -> None:
    client.force_login(ada)
    host = make_host()
    for number in range(2):
        make_vm(f"first-vm-{number}", host=host, tags=(f"t{number}",), owner=ada)
    few = queries(client, f"/machines/{query}")
    hosts = [make_host() for _ in range(20)]
    many = [build_vm(host=hosts[n % 20], owner=ada, name=f"vm-{n}") for n in range(1_000)]
    VM.objects.bulk_create(many)
    assert queries(client, f"/machines/{query}") == few
    assert few <= 20
