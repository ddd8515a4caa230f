"""Pages and API of recordings: who sees them, what a player gets, what the record tells."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import AsyncClient, Client

from accounts.models import Membership, Role, Team, User
from jobs.models import AuditEntry
from recordings import storage
from recordings.models import Recording, State
from tests.factories import make_vm
from tests.site.test_api import bearer
from vms.models import VM

from .making import ended

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.RECORDINGS_FREE_MIB = 0


@pytest.fixture
def vm(oli: User) -> VM:
    team = Team.objects.create(name="Web", slug="web")
    Membership.objects.create(user=oli, team=team, role=Role.OWNER)
    return make_vm("web01", owner=oli, team=team, has_serial=True)


@pytest.fixture
def client(oli: User) -> Client:
    client = Client()
    client.force_login(oli)
    return client


def deeds() -> list[str]:
    found = AuditEntry.objects.filter(action__startswith="recording").order_by("seq")
    return list(found.values_list("action", flat=True))


def test_the_lists_tell_what_happened_to_each(client: Client, vm: VM, oli: User) -> None:
    ended(vm, started_by=oli)
    ended(vm, "serial", end_reason="full-recording", is_required=True, missing=3.2)
    Recording.objects.create(vm=vm, vm_name=vm.name, owner=oli, team=vm.team, kind="vnc")
    page = client.get(f"/machines/{vm.pk}/recordings/").content.decode()
    for words in (
        "0:12",
        "It was stopped.",
        "3 s missing",
        "rules",
        "the largest size that one",
        "30 days",
    ):
        assert words in page, words
    assert page.count("Delete the recording") == 4
    assert "Recordings are deleted" not in client.get("/recordings/").content.decode()
    Recording.objects.all().delete()
    assert "No recordings yet" in client.get("/recordings/").content.decode()


def test_lists_take_no_query_for_each_row(
    client: Client, vm: VM, django_assert_max_num_queries: Any
) -> None:
    for _number in range(12):
        ended(vm)
    with django_assert_max_num_queries(30):
        client.get("/recordings/")


def test_a_player_gets_index_and_parts(client: Client, vm: VM) -> None:
    recording = ended(vm)
    path = f"/recordings/{recording.pk}/"
    assert client.get(path).status_code == 200
    index = client.get(path + "index/").json()
    assert (index["length"], [at for at, _place in index["keys"]]) == (12.0, [0.0, 9.0])
    data = storage.file_of(recording).read_bytes()
    first, then = index["keys"][0][1], index["keys"][1][1]
    header = {"Range": f"bytes={first}-{then - 1}"}
    answer = client.get(path + "content/", headers=header)
    assert (answer.status_code, answer.content) == (206, data[first:then])
    assert answer["Content-Range"] == f"bytes {first}-{then - 1}/{len(data)}"
    beyond = client.get(path + "content/", headers={"Range": f"bytes={len(data)}-"})
    assert beyond.status_code == 416
    assert deeds() == ["recording.view"]


def test_who_fetches_without_opening_the_player_is_in_the_record_too(
    client: Client, vm: VM
) -> None:
    recording = ended(vm)
    for _time in range(2):
        client.get(f"/recordings/{recording.pk}/content/")
    assert deeds() == ["recording.view"]


def test_a_cast_is_given_unpacked(client: Client, vm: VM) -> None:
    recording = ended(vm, "serial")
    answer = client.get(f"/recordings/{recording.pk}/download/")
    lines = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]  # type: ignore[attr-defined]
    assert lines[0]["version"] == 2
    assert 'filename="web01-' in answer["Content-Disposition"]
    assert deeds() == ["recording.export"]


@pytest.mark.django_db(transaction=True)
async def test_a_download_is_sent_piece_by_piece(vm: VM, oli: User) -> None:
    from asgiref.sync import sync_to_async

    recording = await sync_to_async(ended)(vm)
    client = AsyncClient()
    await client.aforce_login(oli)
    answer = await client.get(f"/recordings/{recording.pk}/download/")
    assert answer.is_async
    data = b"".join([block async for block in answer.streaming_content])
    assert data == storage.file_of(recording).read_bytes()


def test_deleting_asks_once_more(
    client: Client, vm: VM, django_capture_on_commit_callbacks: Any
) -> None:
    recording = ended(vm)
    path = f"/recordings/{recording.pk}/delete/"
    assert "cannot be undone" in client.get(path).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(path)
    assert not Recording.objects.exists()
    assert not storage.file_of(recording).exists()
    assert deeds() == ["recording.delete"]


def test_one_that_goes_on_is_neither_played_nor_deleted(client: Client, vm: VM) -> None:
    recording = ended(vm, state=State.RUNNING)
    path = f"/recordings/{recording.pk}/"
    assert "being recorded" in client.get(path).content.decode()
    assert client.get(path + "content/").status_code == 404
    assert "Stop that first" in client.post(path + "delete/").content.decode()
    assert Recording.objects.exists()


def test_the_api_lists_gives_and_deletes(vm: VM, oli: User, sam: User) -> None:
    recording = ended(vm, started_by=oli)
    api, mine, other = Client(), bearer(oli), bearer(sam)
    for path in ("/api/v1/recordings", f"/api/v1/vms/{vm.pk}/recordings"):
        (item,) = api.get(path, headers=mine).json()["items"]
        assert (item["machine"], item["length"], item["started_by"]) == ("web01", 12.0, "oli")
    path = f"/api/v1/recordings/{recording.pk}"
    assert api.get(path, headers=other).status_code == 404
    file = api.get(path + "/file", headers=mine)
    data = b"".join(file.streaming_content)  # type: ignore[attr-defined]
    assert data == storage.file_of(recording).read_bytes()
    assert api.delete(path, headers=mine).status_code == 204
    assert api.get("/api/v1/recordings", headers=mine).json()["items"] == []
