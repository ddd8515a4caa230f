"""Migrations in the API, and many at once."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from hosts.models import Host
from jobs.models import Job
from migration.checks.findings import blocker, warning
from migration.models import Migration, Phase
from migration.options import Options
from vms.models import VM

from .test_before import host, report, vm  # noqa: F401 - the fixture of the same machine

pytestmark = pytest.mark.django_db
JSON = "application/json"


def post(client: Client, path: str, body: dict[str, Any]) -> Any:
    return client.post(f"/api/v1{path}", json.dumps(body), content_type=JSON)


def test_targets_check_start_and_follow(client: Client, ada: User, vm: VM) -> None:  # noqa: F811
    client.force_login(ada)
    base = f"/vms/{vm.pk}/migrations"
    listed = client.get(f"/api/v1{base}/targets").json()
    assert [item["host"] for item in listed["items"]] == ["juniper", "fir"]
    assert listed["items"][0]["checked_at"] is None
    asked = post(client, f"{base}/check", {})
    assert asked.status_code == 202, asked.content
    assert asked.json()["job"]["kind"] == "migration.check"

    juniper, fir = host("juniper"), host("fir")
    report(vm, juniper, blocker("cpu-lacks", missing="avx512f", model="EPYC", fix="cpu"))
    refused = post(client, base, {"host": juniper.pk})
    assert refused.status_code == 422
    assert refused.json()["code"] == "cpu-lacks"
    assert "avx512f" in refused.content.decode()
    assert post(client, base, {"host": vm.host_id}).status_code == 400

    report(vm, fir, warning("clock-ahead", seconds=0.8), options=Options().as_json())
    begun = post(client, base, {"host": fir.pk, "bandwidth": 40})
    assert begun.status_code == 202, begun.content
    row = Migration.objects.get()
    assert (row.wish.bandwidth, row.target_name) == (40, "fir")
    again = post(client, base, {"host": fir.pk})
    assert (again.status_code, again.json()["code"]) == (409, "busy")

    told = client.get(f"/api/v1/migrations/{row.pk}").json()
    assert told["accepted"] == ["The clock of the target is 0.8 s ahead"]
    assert client.get(f"/api/v1{base}").json()["total"] == 1
    early = post(client, f"/migrations/{row.pk}/tune", {"bandwidth": 10})
    assert early.status_code == 409
    Migration.objects.filter(pk=row.pk).update(phase=Phase.COPYING)
    tuned = post(client, f"/migrations/{row.pk}/tune", {"bandwidth": 10})
    assert tuned.status_code == 200, tuned.content
    row.refresh_from_db()
    assert row.controls["bandwidth"]["value"] == 10
    assert post(client, f"/migrations/{row.pk}/post-copy", {}).status_code == 409


def test_tenant_sees_its_migrations_but_steers_none(
    client: Client, oli: User, sam: User, vm: VM  # noqa: F811
) -> None:  # fmt: skip
    VM.objects.filter(pk=vm.pk).update(owner=oli)
    row = Migration.objects.create(
        vm=vm, vm_uuid=vm.uuid, vm_name=vm.name, source=vm.host, source_name="birch",
        target_name="fir", phase=Phase.COPYING,
    )  # fmt: skip
    client.force_login(oli)
    assert client.get(f"/api/v1/migrations/{row.pk}").status_code == 200
    assert post(client, f"/migrations/{row.pk}/tune", {"bandwidth": 10}).status_code == 403
    page = client.get(f"/migrations/{row.pk}/").content.decode()
    assert "You may look at this migration, not steer it." in page
    client.force_login(sam)
    assert client.get(f"/api/v1/migrations/{row.pk}").status_code == 404
    assert client.get(f"/migrations/{row.pk}/figures/").status_code == 404


def test_cockpit_tells_the_true_end(client: Client, ada: User, vm: VM) -> None:  # noqa: F811
    client.force_login(ada)
    row = Migration.objects.create(
        vm=vm, vm_uuid=vm.uuid, vm_name=vm.name, source=vm.host, source_name="birch",
        target_name="fir", phase=Phase.ENDED,
    )  # fmt: skip
    for outcome, words in (
        ("migrated", "shop-db-01 is on fir."),
        ("stayed", "shop-db-01 is on birch, where it was. Nothing is lost."),
        ("two-copies", "shop-db-01 runs on both hosts."),
        ("lost", "shop-db-01 was lost on the way."),
        ("crashed", "shop-db-01 stopped on the way."),
        ("undetermined", "It is not known where shop-db-01 is."),
    ):
        Migration.objects.filter(pk=row.pk).update(outcome=outcome)
        assert words in client.get(f"/migrations/{row.pk}/?part=ended").content.decode()


def test_many_go_each_to_its_best_host_or_say_why_not(
    client: Client, ada: User, vm: VM  # noqa: F811
) -> None:  # fmt: skip
    client.force_login(ada)
    from tests.factories import make_vm

    lonely = make_vm("lonely", host=vm.host, machine_type="pc-q35-99")
    dialog = client.get("/machines/migrate/").content.decode()
    assert "The best host for each" in dialog
    posted = {"action": "migrate", "ids": [vm.pk, lonely.pk], "migrate_to": ""}
    text = client.post("/machines/bulk/", posted, headers={"HX-Request": "true"}).content.decode()
    assert "Migrate: 1 of 2" in text
    assert "No host fits." in text
    assert Migration.objects.get().target == Host.objects.get(name="juniper")
    answer = post(client, "/vms/bulk", {"ids": [lonely.pk], "action": "migrate", "host": 0})
    assert answer.json()["results"][0]["refusal"].startswith("No host fits.")
    assert Job.objects.filter(kind="vm.migrate").count() == 1


def test_menu_and_bar_offer_it_only_to_who_may(
    client: Client,
    ada: User,
    oli: User,
    vm: VM,  # noqa: F811
) -> None:
    VM.objects.filter(pk=vm.pk).update(owner=oli)
    client.force_login(oli)
    assert "data-migrate" not in client.get(f"/machines/{vm.pk}/").content.decode()
    client.force_login(ada)
    assert "data-migrate" in client.get(f"/machines/{vm.pk}/").content.decode()
    assert "/machines/migrate/" in client.get("/machines/").content.decode()
