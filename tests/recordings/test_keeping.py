"""Who may ask for and delete recordings, what is kept for how long, and what a crash leaves."""

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from accounts.access import ActionRefused, Capability
from accounts.models import Membership, Role, SiteRole, Team, User
from jobs.models import AuditEntry
from recordings import limits, storage
from recordings.access import get_recording, list_recordings
from recordings.keeping import settle
from recordings.models import Recording, State
from recordings.services import ask_for, ask_to_stop, claim, delete, demand, finish, note_beginning
from tests.factories import make_vm
from vms.models import VM

from .making import ended, write_cast, write_tape

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    settings.RECORDINGS_FREE_MIB = 0
    return tmp_path / "recordings"


@pytest.fixture
def vm(oli: User) -> VM:
    team = Team.objects.create(name="Web", slug="web")
    Membership.objects.create(user=oli, team=team, role=Role.MEMBER)
    return make_vm("web01", owner=oli, team=team, has_serial=True)


def test_one_recording_of_a_console_at_a_time(vm: VM, oli: User) -> None:
    first = ask_for(vm, "vnc", oli)
    assert ask_for(vm, "vnc", oli) == first == demand(vm, "vnc")
    assert ask_for(vm, "serial", oli) != first
    assert claim(first, "one")
    assert not claim(first, "two")
    assert AuditEntry.objects.filter(action="recording.start").count() == 2


def test_the_rules_forbid_or_require(vm: VM, oli: User) -> None:
    assert vm.team
    vm.team.console_recording = "never"
    with pytest.raises(ActionRefused, match="do not allow"):
        ask_for(vm, "vnc", oli)
    vm.team.console_recording = "always"
    vm.team.save()
    recording = demand(vm, "vnc")
    assert recording
    assert recording.is_required
    recording = Recording.objects.get()
    with pytest.raises(ActionRefused, match="require"):
        ask_to_stop(recording, oli)
    finish(recording, "left", size=5, length=1)
    recording.refresh_from_db()
    with pytest.raises(PermissionDenied):  # the machine's person; who manages the team may
        delete(recording, oli)
    Membership.objects.filter(user=oli).update(role=Role.OWNER)
    delete(recording, oli)
    assert not Recording.objects.exists()


def test_a_full_store_refuses_and_says_so(vm: VM, oli: User, settings: Any) -> None:
    recording = ended(vm)
    Recording.objects.update(bytes=2 * limits.MIB)
    for setting, words in (("RECORDINGS_TEAM_MIB", "here"), ("RECORDINGS_MIB", "All")):
        before = getattr(settings, setting)
        setattr(settings, setting, 2)
        with pytest.raises(ActionRefused, match=words):
            ask_for(vm, "vnc", oli)
        assert demand(vm, "vnc") is None
        setattr(settings, setting, before)
    settings.RECORDINGS_FREE_MIB = 10**9
    with pytest.raises(ActionRefused, match="disk"):
        ask_for(vm, "vnc", oli)
    assert storage.file_of(recording).exists()  # nothing old was lost for it


def test_strangers_see_nothing_and_auditors_everything(vm: VM, oli: User, sam: User) -> None:
    recording = ended(vm)
    watcher = User.objects.create_user("watcher", site_role=SiteRole.AUDITOR)
    with pytest.raises(Http404):
        get_recording(sam, recording.pk, Capability.VM_RECORDINGS)
    assert list_recordings(watcher).get() == recording == list_recordings(oli).get()
    with pytest.raises(PermissionDenied):
        delete(recording, watcher)
    vm.delete()
    assert list_recordings(oli).get().vm is None


def test_nothing_recorded_leaves_nothing(vm: VM, oli: User, own_folder: Path) -> None:
    recording = ask_for(vm, "vnc", oli)
    storage.part_of(recording).write_bytes(b"half")
    finish(recording, "display")
    assert not Recording.objects.exists()
    assert list(own_folder.iterdir()) == []


def test_what_a_killed_gateway_wrote_is_kept(vm: VM, oli: User, own_folder: Path) -> None:
    screen, text, empty = (ask_for(vm, "vnc", oli), ask_for(vm, "serial", oli), None)
    for recording, write in ((screen, write_tape), (text, write_cast)):
        claim(recording, "gone")
        note_beginning(recording.pk)
        part = storage.part_of(recording)
        write(part)
        os.truncate(part, part.stat().st_size - 5)
    empty = ask_for(make_vm("web02", owner=oli, host=vm.host), "vnc", oli)
    settle(timezone.now())
    assert Recording.objects.going().count() == 3  # it may live still
    long_ago = timezone.now() - timedelta(minutes=3)
    Recording.objects.update(seen_at=long_ago)
    Recording.objects.filter(pk=empty.pk).update(seen_at=None, asked_at=long_ago)
    settle(timezone.now())
    found = {one.kind: one for one in Recording.objects.all()}
    assert {one.end_reason for one in found.values()} == {"lost"}
    assert (found["vnc"].length, found["serial"].length) == (9.0, 3.0)
    assert found["vnc"].ended_at == long_ago
    names = {storage.file_of(one).name for one in found.values()}
    assert {path.name for path in own_folder.iterdir()} == names


def test_old_ones_and_stray_files_go(
    vm: VM, oli: User, own_folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    assert vm.team
    young, old = ended(vm), ended(vm, ended_at=timezone.now() - timedelta(days=31))
    own = ended(make_vm("own", owner=oli), ended_at=timezone.now() - timedelta(days=29))
    stray = own_folder / "something.part"
    stray.write_bytes(b"x")
    long_ago = time.time() - 90_000
    os.utime(stray, (long_ago, long_ago))
    os.utime(storage.file_of(young), (long_ago, long_ago))
    with django_capture_on_commit_callbacks(execute=True):
        settle(timezone.now())
    assert set(Recording.objects.all()) == {young, own}
    assert {path.name for path in own_folder.iterdir()} == {
        storage.file_of(one).name for one in (young, own)
    }
    assert AuditEntry.objects.get(action="recording.expire").detail["recording"] == old.pk
    vm.team.recordings_days = None
    vm.team.save()
    settle(timezone.now() + timedelta(days=1000))
    assert Recording.objects.get(state=State.ENDED) == young
