"""The pages of sizes, and the same for programs."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import Team, User
from catalogue.models import Size
from jobs.models import Job
from quotas.models import Limit, Resource
from tests.factories import GIB
from tests.vms.sizing import _waiting, host, red, vm
from vms.models import VM

__all__ = ["_waiting", "host", "red", "vm"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_page_tells_the_effect_and_leads_to_more(
    client: Client, vm: VM, red: Team, oli: User
) -> None:
    Size.objects.filter(slug="large").update(price_per_hour=Decimal("0.25"))
    Limit.objects.create(team=red, resource=Resource.VCPUS, amount=8)
    client.force_login(oli)
    page = client.get(f"/machines/{vm.pk}/resize/").content.decode()
    assert "Set your own" in page
    url = f"/machines/{vm.pk}/resize/summary/"
    page = client.get(url, {"size": "large"}).content.decode()
    assert "4 of 8 vCPU" in page
    assert "0.25" in page
    Limit.objects.update(amount=3)
    page = client.get(url, {"size": "large"}).content.decode()
    assert "/requests/more/?team=red&amp;vcpus=4" in page
    answer = client.post(f"/machines/{vm.pk}/resize/", {"size": "large"})
    page = answer.content.decode()
    assert (answer.status_code, Job.objects.count()) == (200, 0)
    assert "/requests/more/?team=red&amp;vcpus=4" in page
    page = client.get("/requests/more/?team=red&vcpus=4").content.decode()
    assert 'value="4"' in page
    Limit.objects.update(amount=8)
    assert client.post(f"/machines/{vm.pk}/resize/", {"size": "large"}).status_code == 302
    assert Job.objects.get().kind == "vm.resize"


def test_page_takes_own_figures(client: Client, vm: VM, oli: User) -> None:
    client.force_login(oli)
    typed = {"size": "custom", "vcpus": "2", "memory_mib": "3072", "max_vcpus": "6"}
    assert client.post(f"/machines/{vm.pk}/resize/", typed).status_code == 302
    params = Job.objects.get().params
    assert (params["vcpus"], params["max_vcpus"], params["memory"]) == (2, 6, 3 * GIB)
    assert params["max_memory"] == 3 * GIB


def test_pages_say_what_waits_and_how_it_comes(client: Client, vm: VM, oli: User) -> None:
    VM.objects.update(
        state="running", domain_id=3, next_vcpus=4, next_max_vcpus=4,
        next_memory=8 * GIB, next_max_memory=8 * GIB,
    )  # fmt: skip
    client.force_login(oli)
    for page in ("", "hardware/"):
        text = client.get(f"/machines/{vm.pk}/{page}").content.decode().replace("\xa0", " ")
        assert "From the next start: 4 vCPU, 8 GiB." in text
        assert "a restart is not enough" in text
    client.post(f"/machines/{vm.pk}/resize/undo/")
    assert Job.objects.get().kind == "vm.keep_size"


def test_what_cannot_be_changed_is_disabled_and_says_why(client: Client, vm: VM, oli: User) -> None:
    client.force_login(oli)
    url = f"/machines/{vm.pk}/hardware/"
    page = client.get(url).content.decode()
    assert f"/machines/{vm.pk}/grow/?disk=vda" in page
    assert f"/machines/{vm.pk}/resize/" in page
    VM.objects.update(snapshot_count=2, fixed="numa")
    page = client.get(url).content.decode()
    assert f"/machines/{vm.pk}/grow/?disk=vda" not in page
    assert f"/machines/{vm.pk}/resize/" not in page
    for reason in ("has snapshots, which keep the size", "spread over NUMA cells"):
        assert re.search(f'aria-disabled="true" aria-description="[^"]*{reason}', page)


def test_dialog_grows_a_disk(client: Client, vm: VM, red: Team, oli: User) -> None:
    client.force_login(oli)
    assert "Grow…" in client.get(f"/machines/{vm.pk}/hardware/").content.decode()
    page = client.get(f"/machines/{vm.pk}/grow/?disk=vda").content.decode()
    assert "grow its own partition" in page
    assert client.get(f"/machines/{vm.pk}/grow/?disk=nope").status_code == 404
    Limit.objects.create(team=red, resource=Resource.DISK, amount=25 * GIB)
    typed = {"disk": "vda", "capacity_gib": "30"}
    page = client.post(f"/machines/{vm.pk}/grow/", typed).content.decode()
    assert "/requests/more/?team=red&amp;disk=30+GiB" in page
    client.post(f"/machines/{vm.pk}/grow/", typed | {"capacity_gib": "24.5"})
    assert Job.objects.get().params["capacity"] == int(24.5 * GIB)


def test_programs_do_the_same(client: Client, vm: VM, red: Team, oli: User, vera: User) -> None:
    client.force_login(oli)

    def send(url: str, **body: Any) -> Any:
        url = f"/api/v1/vms/{vm.pk}/{url}"
        return client.post(url, json.dumps(body), content_type="application/json")

    told = client.get(f"/api/v1/vms/{vm.pk}/size").json()
    assert told["now"]["vcpus"] == 1
    assert told["disks"] == [{"disk": "vda", "capacity": 20 * GIB, "why_not": ""}]
    effect = client.get(f"/api/v1/vms/{vm.pk}/size/effect", {"size": "large"}).json()
    assert (effect["then"]["vcpus"], effect["waits_for_next_start"]) == (4, False)
    assert send("size", size="none").status_code == 400
    Limit.objects.create(team=red, resource=Resource.VCPUS, amount=3)
    answer = send("size", size="large")
    assert (answer.status_code, answer.json()["code"]) == (422, "quota")
    assert answer.json()["resources"][0]["left"] == 2
    Limit.objects.all().delete()
    Team.objects.update(approves_resize=True)
    assert send("size", size="large").json()["code"] == "needs-approval"
    asked = send("size/ask", size="large", comment="For the course.")
    assert (asked.status_code, asked.json()["kind"]) == (201, "vm.resize")
    assert send("disks/grow/ask", disk="vda", capacity=30 * GIB).status_code == 201
    Team.objects.update(approves_resize=False)
    answer = send("disks/grow", disk="vda", capacity=30 * GIB)
    assert (answer.status_code, answer.json()["job"]["kind"]) == (202, "vm.grow")
    answer = client.delete(f"/api/v1/vms/{vm.pk}/size/next")
    assert answer.status_code == 409
