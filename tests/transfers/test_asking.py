"""Who may carry files, how big, how many, and what happens to copies that wait here."""

import os
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.access import ActionRefused
from accounts.models import Grant, Role, User
from jobs.models import AuditEntry, Job
from tests.factories import make_vm
from transfers import staging
from transfers.models import Transfer
from transfers.services.asking import MOST_AT_ONCE, request_fetch, request_send
from vms.models import VM


@pytest.fixture
def vm(oli: User, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> VM:
    """A running machine of oli's whose agent answers; jobs wait."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("jobs.services.send_on_commit", lambda _job: None)
    return make_vm("web01", owner=oli, has_agent_channel=True, agent_connected=True)


def send(vm: VM, by: User, content: bytes = b"hello", **wishes: Any) -> Transfer:
    return request_send(vm, by, **{"path": "/tmp/", "name": "a.txt", "pieces": [content]} | wishes)


def test_a_file_waits_here_with_its_checksum(vm: VM, oli: User) -> None:
    row = send(vm, oli)
    assert (row.path, row.size) == ("/tmp/a.txt", 5)
    assert row.sha256.startswith("2cf24dba")
    path = staging.path_of(row.staged)
    assert path.read_bytes() == b"hello"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert row.job is not None and not row.job.exclusive


def test_too_big_a_file_is_refused_and_nothing_stays(vm: VM, oli: User, settings: Any) -> None:
    settings.TRANSFER_MOST = 4
    with pytest.raises(ActionRefused) as refused:
        send(vm, oli)
    assert refused.value.status == 413
    assert not list(staging.folder().iterdir())
    assert not Transfer.objects.exists()


def test_a_full_folder_and_many_at_once_are_refused(vm: VM, oli: User, settings: Any) -> None:
    for _number in range(MOST_AT_ONCE):
        send(vm, oli)
    with pytest.raises(ActionRefused) as refused:
        send(vm, oli)
    assert refused.value.code == "busy"
    assert len(list(staging.folder().iterdir())) == MOST_AT_ONCE
    settings.TRANSFER_ROOM = 1
    with pytest.raises(ActionRefused) as refused:
        request_fetch(vm, oli, path="/etc/passwd")
    assert refused.value.status == 507


def test_without_an_agent_it_is_said_why(vm: VM, oli: User, client: Client) -> None:
    VM.objects.filter(pk=vm.pk).update(agent_connected=False)
    vm.refresh_from_db()
    with pytest.raises(ActionRefused, match="qemu-guest-agent"):
        request_fetch(vm, oli, path="/etc/passwd")
    client.force_login(oli)
    assert b"qemu-guest-agent" in client.get(f"/machines/{vm.pk}/files/").content


def test_operators_do_not_reach_into_the_guest(vm: VM, vera: User, client: Client) -> None:
    Grant.objects.create(user=vera, kind="vm", object_id=vm.pk, role=Role.OPERATOR)
    client.force_login(vera)
    assert client.get(f"/machines/{vm.pk}/files/").status_code == 403
    assert client.post(f"/machines/{vm.pk}/files/fetch/", {"path": "/x"}).status_code == 403
    assert b"console-files" not in client.get(f"/machines/{vm.pk}/console/").content


def test_the_page_takes_a_file_and_shows_what_is_wrong(vm: VM, oli: User, client: Client) -> None:
    client.force_login(oli)
    url = f"/machines/{vm.pk}/files/send/"
    answer = client.post(url, {"file": SimpleUploadedFile("a.txt", b"x"), "path": "tmp"})
    assert b"Write the whole path" in answer.content
    answer = client.post(
        url, {"file": SimpleUploadedFile("a.txt", b"x"), "path": "/tmp/"}, follow=True
    )
    assert b"/tmp/a.txt" in answer.content
    row = Transfer.objects.get()
    client.post(f"/machines/{vm.pk}/files/{row.pk}/cancel/")
    assert Job.objects.get().state == "cancelled"


def test_a_program_breaks_a_transfer_off(vm: VM, oli: User, vera: User, client: Client) -> None:
    row = send(vm, oli)
    one = f"/api/v1/vms/{vm.pk}/files/{row.pk}"
    client.force_login(vera)
    assert client.delete(one).status_code == 404
    client.force_login(oli)
    assert client.delete(one).status_code == 204
    assert Job.objects.get().state == "cancelled"
    assert client.delete(one).status_code == 204  # it is over, and stays as it is


def test_a_program_sends_and_lists(vm: VM, oli: User, client: Client) -> None:
    client.force_login(oli)
    url = f"/api/v1/vms/{vm.pk}/files?path=/tmp/b"
    answer = client.post(url, b"x", content_type="application/octet-stream")
    assert answer.status_code == 202, answer.content
    assert answer.json()["file"]["path"] == "/tmp/b"
    assert client.post(url, {"a": "b"}).status_code == 415
    assert client.get(f"/api/v1/vms/{vm.pk}/files").json()["items"][0]["size"] == 1


def test_what_was_fetched_is_saved_never_shown_and_recorded(
    vm: VM, oli: User, client: Client
) -> None:
    name = staging.new_name()
    size, sha256 = staging.keep(name, [b"<script>alert(1)</script>"])
    row = Transfer.objects.create(
        vm=vm, by=oli, is_sent=False, path="/srv/x.html", name='x".html', size=size,
        sha256=sha256, staged=name, done_at=timezone.now(),
    )  # fmt: skip
    client.force_login(oli)
    answer = client.get(f"/machines/{vm.pk}/files/{row.pk}/save/")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content).startswith(b"<script>")  # type: ignore[attr-defined]
    assert AuditEntry.objects.filter(action="file.saved").exists()
    staging.drop(row)
    assert client.get(f"/machines/{vm.pk}/files/{row.pk}/save/").status_code == 410


def test_copies_that_waited_an_hour_are_deleted_and_strays_too(vm: VM, oli: User) -> None:
    old, new = send(vm, oli), send(vm, oli)
    stray = staging.path_of(uuid.uuid4().hex)
    stray.write_bytes(b"x")
    os.utime(stray, (0, 0))
    long_ago = timezone.now() - timedelta(hours=2)
    Transfer.objects.filter(pk=old.pk).update(created_at=long_ago)
    assert staging.sweep() == 1  # the old one is under way still
    Job.objects.filter(pk=old.job_id).update(state="failed")
    assert staging.sweep() == 1
    assert [path.name for path in staging.folder().iterdir()] == [new.staged]
