"""Machines, hosts and jobs in the API, with the cast."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import Grant, Membership, Role, Team, User
from hosts.models import Host
from jobs.models import Job
from tests.factories import make_host, make_vm
from tests.site.test_api import bearer
from vms.models import VM
from vms.states import VMState


@pytest.fixture
def web01(oli: User, vera: User) -> VM:
    """A machine of Oli's, which Vera may look at through a team."""
    team = Team.objects.create(name="Web", slug="web")
    Membership.objects.create(user=oli, team=team, role=Role.MEMBER)
    Membership.objects.create(user=vera, team=team, role=Role.VIEWER)
    return make_vm("web01", host=make_host("juniper"), owner=oli, team=team, tags=("prod",))


def send(
    client: Client, user: User, method: str, path: str, body: Any = None, **headers: str
) -> Any:
    """Call the API as `user`."""
    return client.generic(
        method,
        f"/api/v1{path}",
        json.dumps(body) if body is not None else "",
        content_type="application/json",
        headers=bearer(user) | headers,
    )


def test_owner_reads_the_machine_without_host_names(client: Client, oli: User, web01: VM) -> None:
    found = send(client, oli, "GET", f"/vms/{web01.pk}").json()
    assert found["name"] == "web01"
    assert found["tags"] == ["prod"]
    assert found["host"] is None
    assert all("source" not in disk for disk in found["disks"])


def test_administrator_reads_host_and_paths(client: Client, ada: User, web01: VM) -> None:
    found = send(client, ada, "GET", f"/vms/{web01.pk}").json()
    assert found["host"] == "juniper"
    assert found["disks"][0]["source"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/vms/{pk}"),
        ("GET", "/vms/{pk}/metrics"),
        ("PATCH", "/vms/{pk}"),
        ("DELETE", "/vms/{pk}"),
        ("POST", "/vms/{pk}/start"),
        ("POST", "/vms/{pk}/console"),
    ],
)
def test_stranger_gets_404(client: Client, sam: User, web01: VM, method: str, path: str) -> None:
    theirs = send(client, sam, method, path.format(pk=web01.pk), {})
    missing = send(client, sam, method, path.format(pk=999_999), {})
    assert theirs.status_code == missing.status_code == 404
    assert theirs.json() == missing.json()


def test_stranger_finds_nothing(client: Client, sam: User, web01: VM) -> None:
    assert send(client, sam, "GET", "/vms?search=web").json()["total"] == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", "/vms/{pk}"),
        ("DELETE", "/vms/{pk}"),
        ("POST", "/vms/{pk}/force-off"),
        ("POST", "/vms/{pk}/console"),
    ],
)
def test_viewer_sees_but_may_not(
    client: Client, vera: User, web01: VM, method: str, path: str
) -> None:
    assert send(client, vera, "GET", f"/vms/{web01.pk}").status_code == 200
    answer = send(client, vera, method, path.format(pk=web01.pk), {"is_protected": True})
    assert answer.status_code == 403
    assert not Job.objects.exists()


def test_action_answers_with_a_job(client: Client, oli: User, web01: VM) -> None:
    answer = send(client, oli, "POST", f"/vms/{web01.pk}/force-off")
    job = answer.json()["job"]
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/v1/jobs/{job['id']}"
    assert (job["kind"], job["target_name"]) == ("vm.force_off", "web01")
    assert send(client, oli, "GET", f"/jobs/{job['id']}").status_code == 200


def test_wrong_state_is_409_in_words(client: Client, oli: User, web01: VM) -> None:
    answer = send(client, oli, "POST", f"/vms/{web01.pk}/start")
    assert answer.status_code == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "wrong-state"
    assert "web01" in answer.json()["title"]


def test_unknown_action_is_refused(client: Client, oli: User, web01: VM) -> None:
    answer = send(client, oli, "POST", f"/vms/{web01.pk}/explode")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_repeat_with_the_same_key_is_the_same_job(client: Client, oli: User, web01: VM) -> None:
    path, key = f"/vms/{web01.pk}/force-off", {"Idempotency-Key": "abc"}
    first = send(client, oli, "POST", path, None, **key).json()["job"]["id"]
    again = send(client, oli, "POST", path, None, **key)
    assert again.status_code == 202
    assert again.json()["job"]["id"] == first
    assert Job.objects.count() == 1


def test_labels_change_at_once(client: Client, oli: User, web01: VM) -> None:
    answer = send(
        client,
        oli,
        "PATCH",
        f"/vms/{web01.pk}",
        {"tags": ["lab", "ci"], "description": "Front door", "is_protected": True},
    )
    assert answer.status_code == 200
    assert answer.json()["tags"] == ["ci", "lab"]
    assert answer.json()["is_protected"] is True


def test_what_stays_on_is_stopped_only_after_that_was_lifted(
    client: Client, oli: User, sam: User, web01: VM
) -> None:
    path = f"/vms/{web01.pk}"
    assert send(client, oli, "PATCH", path, {"stays_on": True}).json()["stays_on"] is True
    refused = send(client, oli, "POST", f"{path}/shutdown", None)
    assert (refused.status_code, refused.json()["code"]) == (409, "stays-on")
    assert not Job.objects.exists()
    Grant.objects.create(user=sam, kind="vm", object_id=web01.pk, role=Role.OPERATOR)
    assert send(client, sam, "PATCH", path, {"stays_on": False}).status_code in {403, 404}
    assert send(client, oli, "PATCH", path, {"stays_on": False}).json()["stays_on"] is False
    assert send(client, oli, "POST", f"{path}/shutdown", None).status_code == 202


def test_disks_go_only_with_the_name_typed(client: Client, oli: User, web01: VM) -> None:
    VM.objects.update(state=VMState.OFF)
    query = "for_good=true&with_disks=true&confirm=web"
    refused = send(client, oli, "DELETE", f"/vms/{web01.pk}?{query}")
    assert refused.status_code == 400
    assert VM.objects.filter(pk=web01.pk).exists()


def test_bad_wishes_name_each_field(client: Client, oli: User, web01: VM) -> None:
    answer = send(
        client, oli, "POST", "/vms", {"name": "-rf", "source": "floppy", "firmware": "bios"}
    )
    assert answer.status_code == 400
    assert {"name", "source"} <= set(answer.json()["fields"])


def test_lists_are_filtered_sorted_and_paged(client: Client, ada: User, web01: VM) -> None:
    make_vm("alpha", host=web01.host, state=VMState.OFF)
    names = [vm["name"] for vm in send(client, ada, "GET", "/vms?sort=-name").json()["items"]]
    assert names == ["web01", "alpha"]
    assert send(client, ada, "GET", "/vms?state=off").json()["items"][0]["name"] == "alpha"
    page = send(client, ada, "GET", "/vms?page=2&page_size=1").json()
    assert (page["total"], [vm["name"] for vm in page["items"]]) == (2, ["web01"])


def test_list_needs_the_same_queries_for_any_length(
    client: Client, ada: User, django_assert_max_num_queries: Any
) -> None:
    host = make_host()
    for _number in range(30):
        make_vm(host=host, tags=("prod",))
    headers = bearer(ada)
    with django_assert_max_num_queries(8):
        client.get("/api/v1/vms", headers=headers)


def test_bulk_says_what_came_of_each(client: Client, oli: User, sam: User, web01: VM) -> None:
    theirs = make_vm("theirs", host=web01.host, owner=sam)
    off = make_vm("off", host=web01.host, owner=oli, state=VMState.OFF)
    answer = send(
        client,
        oli,
        "POST",
        "/vms/bulk",
        {"ids": [web01.pk, off.pk, theirs.pk], "action": "force-off"},
    )
    results = {item["name"]: item for item in answer.json()["results"]}
    assert set(results) == {"web01", "off"}
    assert results["web01"]["job"] and not results["web01"]["refusal"]
    assert results["off"]["refusal"] and not results["off"]["job"]


def test_bulk_changes_settings_too(client: Client, ada: User, oli: User, web01: VM) -> None:
    def change(by: User, **wish: object) -> Any:
        return send(client, by, "POST", "/vms/bulk", {"ids": [web01.pk], **wish})

    assert change(oli, action="tag", tag="lab").json()["results"][0]["refusal"] is None
    assert change(oli, action="keep", keep_until="2031-05-01").status_code == 207
    assert change(oli, action="own", owner="ada").json()["results"][0]["refusal"]
    assert change(ada, action="own", owner="nobody-here").status_code == 400
    assert change(ada, action="own", owner="ada").status_code == 207
    web01.refresh_from_db()
    assert web01.owner == ada and web01.ends_at and web01.tags.filter(name="lab").exists()


def test_hosts_are_added_changed_and_forgotten(client: Client, ada: User) -> None:
    wish = {"name": "alder", "transport": "tcp", "hostname": "alder.example.net"}
    made = send(client, ada, "POST", "/hosts", wish)
    assert made.status_code == 201
    path = f"/hosts/{made.json()['id']}"
    assert send(client, ada, "PATCH", path, {"port": 16510}).json()["port"] == 16510
    assert send(client, ada, "POST", "/hosts", wish).status_code == 400
    assert send(client, ada, "DELETE", path).status_code == 204
    assert not Host.objects.exists()


@pytest.mark.parametrize(
    "hostname",
    ["-oProxyCommand=x", "x/system?command=/bin/sh", "a b", "host?no_verify=1", "a\nb", ""],
)
def test_hostile_host_addresses_are_refused(client: Client, ada: User, hostname: str) -> None:
    wish = {"name": "alder", "transport": "ssh", "hostname": hostname, "username": "root"}
    answer = send(client, ada, "POST", "/hosts", wish)
    assert answer.status_code == 400
    assert not Host.objects.exists()


def test_ordinary_person_changes_no_host(client: Client, oli: User) -> None:
    host = make_host()
    for method, path in (("DELETE", ""), ("POST", "/rescan"), ("POST", "/check"), ("PATCH", "")):
        assert send(client, oli, method, f"/hosts/{host.pk}{path}", {}).status_code == 403
    assert Host.objects.exists()


def test_jobs_of_others_are_404(client: Client, oli: User, sam: User, web01: VM) -> None:
    job = send(client, oli, "POST", f"/vms/{web01.pk}/force-off").json()["job"]["id"]
    assert send(client, sam, "GET", f"/jobs/{job}").status_code == 404
    assert send(client, sam, "POST", f"/jobs/{job}/cancel").status_code == 404
    assert send(client, sam, "GET", "/jobs").json()["total"] == 0


def test_libvirts_words_are_for_administrators(
    client: Client, ada: User, oli: User, web01: VM
) -> None:
    job = send(client, oli, "POST", f"/vms/{web01.pk}/force-off").json()["job"]["id"]
    Job.objects.update(error_detail="/var/lib/libvirt/images/web01.qcow2: denied")
    assert send(client, oli, "GET", f"/jobs/{job}").json()["error_detail"] == ""
    assert "denied" in send(client, ada, "GET", f"/jobs/{job}").json()["error_detail"]


def test_images_and_use_can_be_read(client: Client, ada: User, web01: VM) -> None:
    found = send(client, ada, "GET", "/images").json()["items"]
    assert all(image["key"] and image["format"] for image in found)
    assert send(client, ada, "GET", f"/hosts/{web01.host_id}/metrics").json() == {"samples": []}
    assert send(client, ada, "GET", f"/vms/{web01.pk}/metrics?n=9999").status_code == 400
