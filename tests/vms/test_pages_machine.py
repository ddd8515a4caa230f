"""The page of one machine and what is asked for on it.

Jobs stay queued here: they are sent on commit, and these tests do not commit.
"""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from hosts.models import HostState
from jobs.models import Job, JobState
from jobs.services import create_job
from tests.factories import make_host, make_vm
from vms.models import VM

pytestmark = pytest.mark.django_db
PAGES = ("", "hardware/", "history/", "head/", "menu/", "row/", "metrics/", "rename/", "tags/")


@pytest.fixture
def web(oli: User) -> VM:
    """A running machine of oli's."""
    return make_vm("web01", owner=oli, tags=("prod",), host=make_host("alder"))


@pytest.mark.parametrize("path", PAGES)
def test_owner_opens_every_page(client: Client, oli: User, web: VM, path: str) -> None:
    client.force_login(oli)
    assert client.get(f"/machines/{web.pk}/{path}").status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_stranger_gets_404_everywhere(client: Client, sam: User, web: VM, path: str) -> None:
    client.force_login(sam)
    assert client.get(f"/machines/{web.pk}/{path}").status_code == 404


def test_signed_out_person_goes_to_sign_in(client: Client, web: VM) -> None:
    assert client.get(f"/machines/{web.pk}/").status_code == 302
    assert client.post(f"/machines/{web.pk}/shutdown/").status_code == 302
    assert not Job.objects.exists()


def test_host_and_paths_are_for_administrators(
    client: Client, ada: User, oli: User, web: VM
) -> None:
    client.force_login(oli)
    for path in ("", "hardware/"):
        text = client.get(f"/machines/{web.pk}/{path}").content.decode()
        assert "alder" not in text
        assert "/srv/pool" not in text
    client.force_login(ada)
    assert "alder" in client.get(f"/machines/{web.pk}/").content.decode()
    assert "/srv/pool" in client.get(f"/machines/{web.pk}/hardware/").content.decode()


def test_shutdown_becomes_a_job_and_comes_back(client: Client, oli: User, web: VM) -> None:
    client.force_login(oli)
    answer = client.post(f"/machines/{web.pk}/shutdown/")
    assert answer["Location"] == f"/machines/{web.pk}/"
    job = Job.objects.get()
    assert (job.kind, job.target_id, job.actor) == ("vm.shutdown", web.pk, oli)
    text = client.get(f"/machines/{web.pk}/").content.decode()
    assert "Shutting down" in text
    assert f"job-line-{job.pk}" in text


def test_htmx_gets_a_toast_with_the_job(client: Client, oli: User, web: VM) -> None:
    client.force_login(oli)
    answer = client.post(f"/machines/{web.pk}/reboot/", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    toast = json.loads(answer["HX-Trigger"])["toast"]
    assert toast["more"] == "web01"
    assert toast["link"] == f"/jobs/{Job.objects.get().pk}/"


def test_second_action_is_refused_with_the_first_job(client: Client, oli: User, web: VM) -> None:
    client.force_login(oli)
    client.post(f"/machines/{web.pk}/shutdown/")
    answer = client.post(f"/machines/{web.pk}/reset/", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "busy" in answer.content.decode()


def test_stranger_cannot_act(client: Client, sam: User, web: VM) -> None:
    client.force_login(sam)
    for action in ("start", "shutdown", "force_off", "rename", "delete", "protect", "tags"):
        assert client.post(f"/machines/{web.pk}/{action}/").status_code == 404
    assert not Job.objects.exists()


def test_changes_need_post(client: Client, oli: User, web: VM) -> None:
    client.force_login(oli)
    for action in ("start", "shutdown", "protect", "autostart"):
        assert client.get(f"/machines/{web.pk}/{action}/").status_code == 405


def test_buttons_say_why_they_are_blocked(client: Client, oli: User) -> None:
    vm = make_vm("away", owner=oli, host=make_host(state=HostState.UNREACHABLE))
    client.force_login(oli)
    text = client.get(f"/machines/{vm.pk}/").content.decode()
    assert "does not answer" in text
    for action in ("start", "shutdown", "reboot", "force_off"):
        assert f"/{action}/" not in text


def test_rename_asks_and_shows_what_is_wrong(client: Client, oli: User) -> None:
    vm = make_vm("web01", owner=oli, state="off")
    make_vm("taken", owner=oli)
    client.force_login(oli)
    answer = client.post(f"/machines/{vm.pk}/rename/", {"name": "taken"})
    assert answer.status_code == 200
    assert "already" in answer.content.decode()
    client.post(f"/machines/{vm.pk}/rename/", {"name": "web02"})
    assert Job.objects.get().params == {"name": "web02"}


def test_delete_without_disks_needs_no_typing(client: Client, oli: User, settings: Any) -> None:
    settings.BIN_DAYS = 0
    vm = make_vm("web01", owner=oli, state="off")
    client.force_login(oli)
    answer = client.post(f"/machines/{vm.pk}/delete/")
    assert answer["Location"] == "/machines/"
    assert Job.objects.get().params == {"with_disks": False}


def test_delete_with_disks_needs_the_name(client: Client, oli: User, settings: Any) -> None:
    settings.BIN_DAYS = 0
    vm = make_vm("web01", owner=oli, state="off")
    client.force_login(oli)
    answer = client.post(f"/machines/{vm.pk}/delete/", {"with_disks": "on", "confirm": "web"})
    assert "Type web01" in answer.content.decode()
    assert not Job.objects.exists()
    client.post(f"/machines/{vm.pk}/delete/", {"with_disks": "on", "confirm": "web01"})
    assert Job.objects.get().params == {"with_disks": True}


def test_protected_machine_stays(client: Client, oli: User) -> None:
    vm = make_vm("web01", owner=oli, state="off", is_protected=True)
    client.force_login(oli)
    answer = client.post(f"/machines/{vm.pk}/delete/")
    assert "protected" in answer.content.decode()
    assert not Job.objects.exists()
    client.post(f"/machines/{vm.pk}/protect/", {})
    vm.refresh_from_db()
    assert not vm.is_protected


def test_who_deletes_decides_whether_it_can_be_stopped(client: Client, oli: User) -> None:
    vm = make_vm("web01", owner=oli)
    client.force_login(oli)
    client.post(f"/machines/{vm.pk}/stay-on/", {"on": "1"})
    page = client.get(f"/machines/{vm.pk}/").content.decode()
    assert "Protected against stopping" in page
    assert "web01 is protected against stopping. Lift that first." in page
    assert "protected" in client.post(f"/machines/{vm.pk}/shutdown/").content.decode()
    assert not Job.objects.exists()
    client.post(f"/machines/{vm.pk}/stay-on/", {})
    client.post(f"/machines/{vm.pk}/shutdown/")
    assert Job.objects.get().kind == "vm.shutdown"


def test_tags_and_description_change_at_once(client: Client, oli: User, web: VM) -> None:
    client.force_login(oli)
    client.post(f"/machines/{web.pk}/tags/", {"tags": "nginx, prod , "})
    client.post(f"/machines/{web.pk}/describe/", {"description": "Serves the shop."})
    web.refresh_from_db()
    assert sorted(web.tags.values_list("name", flat=True)) == ["nginx", "prod"]
    assert web.description == "Serves the shop."


def test_autostart_is_asked_for(client: Client, oli: User, web: VM) -> None:
    client.force_login(oli)
    client.post(f"/machines/{web.pk}/autostart/", {"on": "1"})
    assert Job.objects.get().params == {"on": True}


def test_failed_job_is_told_on_the_page(client: Client, oli: User, web: VM) -> None:
    job = create_job(
        "vm.shutdown",
        target_kind="vm",
        target_id=web.pk,
        target_name=web.name,
        host_id=web.host_id,
        actor=oli,
        params={},
        audiences=web.audiences,
    )
    Job.objects.filter(pk=job.pk).update(
        state=JobState.FAILED,
        finished_at=timezone.now(),
        error_code="timeout",
        error_message="It did not listen.",
    )
    client.force_login(oli)
    text = client.get(f"/machines/{web.pk}/").content.decode()
    assert "It did not listen." in text
    assert f"/jobs/{job.pk}/" in client.get(f"/machines/{web.pk}/history/").content.decode()


def test_hostile_names_are_only_text(client: Client, oli: User) -> None:
    vm = make_vm("<img src=x>", owner=oli, description="<script>alert(1)</script>")
    client.force_login(oli)
    for path in ("", "hardware/", "history/", "menu/", "delete/"):
        text = client.get(f"/machines/{vm.pk}/{path}").content.decode()
        assert "<img src=x" not in text
        assert "<script>alert" not in text


def test_bulk_says_what_came_of_each(client: Client, oli: User, sam: User) -> None:
    on = make_vm("on", owner=oli)
    off = make_vm("off", owner=oli, state="off")
    foreign = make_vm("foreign", owner=sam)
    client.force_login(oli)
    ids = [on.pk, off.pk, foreign.pk]
    answer = client.post("/machines/bulk/", {"action": "shutdown", "ids": ids})
    outcome = answer.context["outcome"]
    assert [result.vm.name for result in outcome.done] == ["on"]
    assert [result.vm.name for result in outcome.refused] == ["off"]
    assert "foreign" not in answer.content.decode()
    assert Job.objects.get().target_id == on.pk


def test_bulk_on_all_that_match(client: Client, oli: User) -> None:
    for number in range(3):
        make_vm(f"web-{number}", owner=oli, state="off")
    make_vm("db", owner=oli, state="off")
    client.force_login(oli)
    client.post("/machines/bulk/", {"action": "start", "all": "1", "query": "q=web"})
    assert Job.objects.count() == 3


def test_bulk_tag(client: Client, oli: User, web: VM) -> None:
    client.force_login(oli)
    client.post("/machines/bulk/", {"action": "tag", "tag": "lab", "ids": [web.pk]})
    assert sorted(web.tags.values_list("name", flat=True)) == ["lab", "prod"]


def test_bulk_refuses_an_unknown_action(client: Client, oli: User, web: VM) -> None:
    client.force_login(oli)
    answer = client.post("/machines/bulk/", {"action": "explode", "ids": [web.pk]})
    assert answer.status_code == 400
