"""The same as code: what the page shows makes, when it is really sent, what the form makes."""

import html
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import Membership, Team, User
from hosts.models import Host
from jobs.models import Job
from tests.factories import make_host
from tests.site.test_api import bearer
from tests.vms.test_create import furnish
from vms.models import VM
from vms.views.terraform import document, plain

pytestmark = pytest.mark.django_db
SITE = "http://testserver/"
NASTY = "a \"quoted\" ${path.module} %{ if true } $${x} \\ 'word' ü\n"
WISHES: list[dict[str, str]] = [
    {"size": "small"},
    {"size": "custom", "vcpus": "3", "memory_mib": "1536", "disk_gib": "12.5"},
    {"size": "medium", "firmware": "uefi", "tpm": "on", "network": "default"},
    {"size": "small", "display": "both", "clipboard": "on"},
    {"size": "small", "team": "teaching", "ends_on": "2099-05-01", "start": ""},
    {"source": "iso:default/ipxe.iso", "size": "tiny", "network": "none"},
    {"size": "tiny", "count": "3"},
    {"size": "tiny", "description": 'For it\'s "own" sake\n$HOME'},
]


@pytest.fixture(autouse=True)
def team(oli: User) -> Team:
    """A host, and a team of Oli's."""
    furnish(make_host("alder"))
    team = Team.objects.create(name="Teaching", slug="teaching")
    Membership.objects.create(team=team, user=oli)
    return team


def typed(wish: dict[str, str]) -> dict[str, str]:
    """Return what the browser sends for a wish; a box that is not ticked is not there."""
    usual = {"name": "lab", "source": "network", "start": "on", "firmware": "bios"}
    data = usual | wish | {"shown_team": wish.get("team", "")}
    return {name: value for name, value in data.items() if value}


def shown(client: Client, wish: dict[str, str]) -> dict[str, str]:
    """Return the texts of the page by the language in which they are written."""
    page = client.get("/machines/new/summary/", typed(wish)).content.decode()
    blocks = re.findall(r'data-as="([\w-]+)".*?<pre[^>]*>(.*?)</pre>', page, re.S)
    return {name: html.unescape(text) for name, text in blocks}


def made() -> list[dict[str, Any]]:
    """Return all that was asked for, without what differs from time to time; and forget it."""
    columns = ("name", "owner", "team", "size", "vcpus", "memory", "disk_bytes", "firmware")
    more = ("has_tpm", "description", "ends_at", "host")
    machines = list(VM.objects.order_by("name").values(*columns, *more))
    params = [job.params for job in Job.objects.order_by("target_name")]
    VM.objects.all().delete()
    Job.objects.all().delete()
    assert machines
    return [{"row": row, "params": wish} for row, wish in zip(machines, params, strict=True)]


def body_of(call: str) -> str:
    """Return what curl would send: the shell's words, the last of which is the body."""
    words = shlex.split(call.replace("\\\n", " "))
    assert words[:4] == ["curl", "-X", "POST", f"{SITE}api/v1/vms"]
    assert words[-2] == "-d"
    return words[-1]


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: "-".join(wish))
def test_call_makes_what_the_form_makes(client: Client, oli: User, wish: dict[str, str]) -> None:
    client.force_login(oli)
    call = shown(client, wish)["api"]
    assert client.post("/machines/new/", typed(wish)).status_code == 302
    by_form = made()
    client.logout()
    answer = client.post("/api/v1/vms", body_of(call), "application/json", headers=bearer(oli))
    assert answer.status_code == 202, answer.content
    assert made() == by_form


def test_call_of_an_administrator_names_the_host(client: Client, ada: User) -> None:
    host = Host.objects.get()
    client.force_login(ada)
    body = json.loads(body_of(shown(client, {"size": "tiny", "host": str(host.pk)})["api"]))
    assert body["host_id"] == host.pk


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: "-".join(wish))
def test_terraform_makes_what_the_form_makes(
    client: Client, oli: User, wish: dict[str, str]
) -> None:
    client.force_login(oli)
    found = json.loads(shown(client, wish)["terraform"])
    assert client.post("/machines/new/", typed(wish)).status_code == 302
    by_form = made()
    client.logout()
    provider = found["provider"]["restapi"]
    assert provider["uri"] == f"{SITE}api/v1"
    step, place = provider["id_attribute"].split("/")
    headers = bearer(oli)
    resource = found["resource"]["restapi_object"]["machine"]
    for name in found["locals"]["names"]:
        body = json.dumps(plainly(found["locals"]["machine"]) | {"name": name})
        answer = client.post(
            f"/api/v1{resource['path']}", body, "application/json", headers=headers
        )
        assert answer.status_code == 202, answer.content
        pk = answer.json()[step][place]
        here = client.get(f"/api/v1{resource['path']}/{pk}", headers=headers)
        assert here.json()["name"] == name
    assert made() == by_form


def test_terraform_destroys_with_the_disks(client: Client, oli: User) -> None:
    host = Host.objects.get()
    vm = VM.objects.create(
        host=host, uuid="0bd6f2a6-6a51-4e1a-a2a0-5a2f4a1c0b11", name="lab", owner=oli, state="off"
    )
    found = json.loads(document(SITE, {"size": "tiny"}, ["lab"]))
    path = found["resource"]["restapi_object"]["machine"]["destroy_path"]
    path = path.replace("{id}", str(vm.pk)).replace("${each.value}", "lab")
    assert client.delete(f"/api/v1{path}", headers=bearer(oli)).status_code == 202
    job = Job.objects.get()
    assert (job.kind, job.params["with_disks"]) == ("vm.delete", True)


def plainly(value: dict[str, Any]) -> dict[str, Any]:
    """Return what Terraform reads: what is escaped as a template stands for itself."""
    text = json.dumps(value).replace("$${", "${").replace("%%{", "%{")
    found: dict[str, Any] = json.loads(text)
    return found


def test_nothing_typed_is_a_template() -> None:
    assert plain({"a": ["${x}", 1, True], "b": "%{x}"}) == {"a": ["$${x}", 1, True], "b": "%%{x}"}


@pytest.mark.skipif(shutil.which("terraform") is None, reason="There is no Terraform here.")
def test_terraform_itself_reads_the_file_as_it_is_meant(tmp_path: Path) -> None:
    body = {"name": "x", "description": NASTY, "vcpus": 2, "tpm": True}
    found = json.loads(document(SITE, body, ["lab-01", "lab-02"]))
    here = {"locals": found["locals"], "output": {"site": {"value": ""}}}
    here["output"]["site"]["value"] = found["provider"]["restapi"]["uri"]
    (tmp_path / "main.tf.json").write_text(json.dumps(here))
    question = 'jsonencode([toset(local.names), merge(local.machine, {name = "lab-01"})])\n'
    done = subprocess.run(
        ["terraform", "console"],
        input=question,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    names, machine = json.loads(json.loads(done.stdout))
    assert names == ["lab-01", "lab-02"]
    assert machine == body | {"name": "lab-01"}
