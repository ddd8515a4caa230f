"""What the room shows of a recording, and who may begin and end one."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Grant, Membership, Role, Team, User
from consoles.models import ConsoleRoom, ConsoleSession, name_of_user
from consoles.sharing import links
from recordings.models import Recording, State
from tests.consoles.conftest import sign_in
from tests.recordings.making import ended
from tests.site.test_api import bearer
from vms.models import VM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.RECORDINGS_FREE_MIB = 0


def open_console(vm: VM, user: User, *, drives: bool = False, kind: str = "vnc") -> None:
    who = name_of_user(user.pk)
    ConsoleSession.objects.create(vm=vm, user=user, who=who, kind=kind, mode="control")
    if drives:
        ConsoleRoom.objects.update_or_create(
            vm=vm, defaults={"driver": who, "driving_since": timezone.now()}
        )


def granted(vm: VM, user: User) -> Client:
    Grant.objects.create(user=user, kind="vm", object_id=vm.pk, role=Role.OPERATOR)
    return sign_in(user)


def record(client: Client, vm: VM, **fields: str) -> Any:
    return client.post(f"/machines/{vm.pk}/console/record/", {"kind": "vnc"} | fields)


def part(client: Client, vm: VM, name: str) -> str:
    return client.get(f"/machines/{vm.pk}/console/{name}/").content.decode()


def test_who_drives_may_record_and_who_watches_may_not(vm: VM, oli: User, sam: User) -> None:
    client = granted(vm, sam)
    open_console(vm, oli, drives=True)
    open_console(vm, sam)
    assert record(client, vm).status_code == 403
    assert "Record the screen" not in part(client, vm, "recorded")
    ConsoleRoom.objects.update(driver=name_of_user(sam.pk))
    assert "Record the screen" in part(client, vm, "recorded")
    assert record(client, vm).status_code == 204
    assert Recording.objects.get().started_by == sam
    assert record(sign_in(oli), vm, act="stop").status_code == 204  # by right
    assert Recording.objects.get().stop_asked_at


def test_a_console_that_nobody_has_open_is_not_recorded(vm: VM, oli: User) -> None:
    open_console(vm, oli, drives=True)
    answer = record(sign_in(oli), vm, kind="serial")
    assert answer.status_code == 409
    assert record(sign_in(oli), vm, kind="spice").status_code == 400


def test_everybody_sees_who_records_since_when(vm: VM, oli: User, sam: User) -> None:
    client = granted(vm, sam)
    Recording.objects.create(
        vm=vm, vm_name=vm.name, owner=oli, kind="vnc", state=State.RUNNING, started_by=oli,
        began_at=timezone.now(), bytes=2**20, missing=4,
    )  # fmt: skip
    mark = part(client, vm, "recording")
    assert "recorded by oli" in mark
    assert "data-since" in mark
    words = part(client, vm, "recorded")
    for expected in (
        "Begun by oli",
        "Everybody in the room",
        "30 days",
        "1\u00a0MiB so far",
        "4 s",
    ):
        assert expected in words, expected
    assert "Stop recording" not in words


def test_who_comes_by_a_link_is_told_before_and_sees_the_mark(vm: VM, oli: User) -> None:
    vm.team = Team.objects.create(name="Web", slug="web", console_links="anyone")
    vm.save()
    Membership.objects.create(user=oli, team=vm.team, role=Role.OWNER)
    made = links.share(vm, oli, mode="control", needs_sign_in=False, lasts=timedelta(hours=1))
    visitor, words = Client(), "What the console shows is recorded"
    assert words not in visitor.get(f"/w/{made.key}/").content.decode()
    recording = Recording.objects.create(
        vm=vm, vm_name=vm.name, team=vm.team, kind="vnc", state=State.RUNNING, started_by=oli,
        began_at=timezone.now(),
    )  # fmt: skip
    assert words in visitor.get(f"/w/{made.key}/").content.decode()
    visitor.post(f"/w/{made.key}/", {"name": "Grace"})
    assert "recorded by oli" in visitor.get(f"/w/{made.key}/recording/").content.decode()
    panel = visitor.get(f"/w/{made.key}/recorded/").content.decode()
    assert "Begun by oli" in panel
    assert "Stop recording" not in panel
    assert visitor.get(f"/recordings/{recording.pk}/").status_code == 302


def test_a_full_store_is_said_at_the_button(vm: VM, oli: User, settings: Any) -> None:
    open_console(vm, oli, drives=True)
    settings.RECORDINGS_FREE_MIB = 10**9
    assert "disk took no more" in part(sign_in(oli), vm, "recorded")
    assert record(sign_in(oli), vm).status_code == 507


def test_a_spice_screen_is_recorded_as_the_vnc_screen_or_says_why_not(vm: VM, oli: User) -> None:
    url, client = f"/machines/{vm.pk}/console/recorded/?kind=spice", sign_in(oli)
    vm.graphics = [{"kind": "spice"}]
    vm.save()
    assert "SPICE screen cannot be recorded" in client.get(url).content.decode()
    open_console(vm, oli, drives=True, kind="spice")
    vm.graphics = [{"kind": "spice"}, {"kind": "vnc", "listen": "address", "address": "0.0.0.0"}]
    vm.save()
    page = client.get(url).content.decode()
    assert "SPICE screen cannot" not in page and '"kind": "vnc"' in page
    assert record(client, vm).status_code == 204
    assert Recording.objects.get().kind == "vnc"


def test_an_end_that_nobody_wished_is_told_for_a_while(vm: VM, oli: User) -> None:
    recording = ended(vm, end_reason="full-recording")
    words = part(sign_in(oli), vm, "recorded")
    assert "The recording ended at" in words
    assert "1 recording of this machine" in words
    recording.end_reason = "stopped"
    recording.save()
    assert "The recording ended at" not in part(sign_in(oli), vm, "recorded")


def test_programs_begin_and_end_recordings(vm: VM, oli: User) -> None:
    open_console(vm, oli)
    path, api, token = f"/api/v1/vms/{vm.pk}/console/recording", Client(), bearer(oli)
    ask = {"content_type": "application/json", "headers": token}
    answer = api.post(path, {"kind": "vnc"}, **ask)
    assert (answer.status_code, answer.json()["state"]) == (202, "asked")
    assert api.post(path + "/stop", {"kind": "vnc"}, **ask).status_code == 202
    assert Recording.objects.get().stop_asked_at
