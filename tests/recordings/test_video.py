"""Videos of recordings: what is in them, who gets them, what stops them, and when they go."""

import struct
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.access import ActionRefused
from accounts.models import Membership, Role, SiteRole, Team, User
from jobs import running
from jobs.models import AuditEntry, Job, JobState
from jobs.services import request_cancel
from recordings import storage
from recordings.formats.tape import KEY, UPDATE, TapeFile
from recordings.keeping import settle
from recordings.models import Recording, State, Video
from recordings.services import forget
from recordings.video import asking, film, making
from recordings.video.asking import request_video
from tests.factories import make_vm
from tests.site.test_api import bearer
from vms.models import VM

from .making import ended, rectangle
from .videos import seen

pytestmark = pytest.mark.django_db
RED, GREEN, BLUE, BLACK = b"\xff\0\0\0", b"\0\xff\0\0", b"\0\0\xff\0", b"\0\0\0\0"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.RECORDINGS_FREE_MIB = 0


@pytest.fixture
def vm(oli: User) -> VM:
    team = Team.objects.create(name="Web", slug="web")
    Membership.objects.create(user=oli, team=team, role=Role.OWNER)
    return make_vm("web01", owner=oli, team=team, has_serial=True)


def whole(width: int, height: int, colour: bytes) -> bytes:
    size = rectangle(0, 0, width, height, -223)
    raw = rectangle(0, 0, width, height, 0) + colour * width * height
    return struct.pack(">BxH", 0, 2) + size + raw


def middle(colour: bytes) -> bytes:
    """Draw a square in the middle of 160 x 120."""
    return struct.pack(">BxH", 0, 1) + rectangle(60, 40, 40, 40, 0) + colour * 1600


@pytest.fixture
def recording(vm: VM) -> Recording:
    """A screen that is red, then green in the middle, then smaller and blue, for 12 seconds."""
    made = ended(vm)
    path = storage.file_of(made)
    path.unlink()
    tape = TapeFile(storage.open_private(path))
    tape.add(KEY, 0, whole(160, 120, RED))
    tape.add(UPDATE, 2000, middle(GREEN))
    tape.add(KEY, 6000, whole(80, 60, BLUE))
    tape.mark(12000, {"mark": "end"})
    tape.close()
    return made


def test_a_tape_becomes_a_video_of_the_same_size_length_and_content(
    recording: Recording, oli: User
) -> None:
    video = request_video(recording, oli)
    assert request_video(recording, oli).pk == video.pk  # once, for all who ask
    assert video.job is not None and video.job.queue == "heavy"
    running.run(video.job.pk)
    video.job.refresh_from_db()
    assert (video.job.state, video.job.error_message) == (JobState.SUCCEEDED, "")
    shown = seen(storage.video_of(recording))
    assert (shown.codec, shown.width, shown.height) == ("vp9", 160, 120)
    assert shown.moments == pytest.approx([0, 2, 6, 12], abs=0.01)
    assert shown.length == pytest.approx(12, abs=0.2)
    near = [tuple(round(part / 255) for part in colour) for colour in shown.colours]
    assert near == [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 1)]
    assert max(shown.pictures[2][:3]) < 20  # black around a screen that became smaller
    video.refresh_from_db()
    assert (video.width, video.height) == (160, 120)
    assert video.bytes == storage.video_of(recording).stat().st_size
    assert not storage.video_part_of(recording).exists()


def test_a_large_screen_is_drawn_smaller_and_sizes_are_even() -> None:
    assert film.shown_size(3840, 2160) == (1920, 1080)
    assert film.shown_size(1081, 1921) == (1080, 1920)
    assert film.shown_size(1, 1) == (2, 2)


def test_the_page_makes_shows_and_gives_it(recording: Recording, oli: User, client: Client) -> None:
    client.force_login(oli)
    path = f"/recordings/{recording.pk}/"
    assert "Make a video" in client.get(path).content.decode()
    assert client.get(path + "video/").status_code == 409
    part = client.post(path + "video/make/", headers={"HX-Request": "true"}).content.decode()
    assert "Making a video" in part and "every 1s" in part
    running.run(Job.objects.get(kind="recording.video").pk)
    assert "Download the video" in client.get(path + "video/state/").content.decode()
    answer = client.get(path + "video/")
    assert answer["Content-Type"] == "video/webm"
    assert 'filename="web01-' in answer["Content-Disposition"]
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert data == storage.video_of(recording).read_bytes()
    line = AuditEntry.objects.get(action="recording.export")
    assert line.detail == {"recording": recording.pk, "format": "webm"}
    asked = AuditEntry.objects.filter(action="recording.video").order_by("seq")
    assert [one.outcome for one in asked] == ["asked", "succeeded"]


def test_only_who_may_see_the_recording_makes_and_gets_a_video(
    recording: Recording, oli: User, sam: User
) -> None:
    api, mine, other = Client(), bearer(oli), bearer(sam)
    path = f"/api/v1/recordings/{recording.pk}"
    for ask in (api.post, api.get):
        assert ask(path + "/video", headers=other).status_code == 404
    missing = api.get(path + "/video", headers=mine)
    assert (missing.status_code, missing.json()["code"]) == (409, "no-video")
    accepted = api.post(path + "/video", headers=mine)
    assert accepted.status_code == 202
    running.run(accepted.json()["job"]["id"])
    assert api.get(path, headers=mine).json()["has_video"] is True
    assert b"".join(api.get(path + "/video", headers=mine).streaming_content)  # type: ignore[attr-defined]
    assert api.get(path + "/video", headers=other).status_code == 404


def test_who_may_only_watch_stops_the_video_that_they_asked_for(
    recording: Recording, vera: User, client: Client
) -> None:
    User.objects.filter(pk=vera.pk).update(site_role=SiteRole.AUDITOR)
    client.force_login(vera)
    path = f"/recordings/{recording.pk}/video/"
    assert client.post(path + "make/").status_code == 302
    assert "Cancel" in client.get(path + "state/").content.decode()
    part = client.post(path + "stop/", headers={"HX-Request": "true"}).content.decode()
    assert "Cancelled" in part and "Make a video" in part


def test_a_video_that_is_stopped_leaves_nothing(
    recording: Recording, oli: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = request_video(recording, oli)
    show = film.Film.show

    def show_and_stop(self: film.Film, *words: Any) -> None:
        show(self, *words)
        request_cancel(Job.objects.get(pk=video.job_id), oli)

    monkeypatch.setattr(film.Film, "show", show_and_stop)
    running.run(video.job_id or 0)
    assert Job.objects.get(pk=video.job_id).state == JobState.CANCELLED
    assert not list(storage.folder().glob("*.webm*"))
    monkeypatch.undo()
    again = request_video(recording, oli)
    assert again.job_id != video.job_id


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [("RECORDING_VIDEO_MIB", 0, "larger than 0 MiB"), ("RECORDINGS_FREE_MIB", 10**9, "disk")],
)
def test_a_video_ends_at_its_limits(
    recording: Recording, oli: User, settings: Any, setting: str, value: int, words: str
) -> None:
    video = request_video(recording, oli)
    setattr(settings, setting, value)
    running.run(video.job_id or 0)
    job = Job.objects.get(pk=video.job_id)
    assert job.state == JobState.FAILED and words in job.error_message
    assert not list(storage.folder().glob("*.webm*"))


def test_a_damaged_tape_says_so(recording: Recording, oli: User) -> None:
    path = storage.file_of(recording)
    path.write_bytes(path.read_bytes()[:40] + b"nonsense")
    for data, words in ((path.read_bytes(), "no picture"), (b"GHTAPE0\n" + bytes(64), "damaged")):
        path.write_bytes(data)
        video = request_video(recording, oli)
        running.run(video.job_id or 0)
        assert words in Job.objects.get(pk=video.job_id).error_message


def test_what_cannot_become_a_video_says_why(
    vm: VM, oli: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(oli)
    text, going = ended(vm, "serial"), ended(vm, state=State.RUNNING)
    for one, code in ((text, "text"), (going, "going")):
        with pytest.raises(ActionRefused) as refused:
            request_video(one, oli)
        assert refused.value.code == code
    assert "Make a video" not in client.get(f"/recordings/{text.pk}/").content.decode()
    Recording.objects.all().delete()
    screen = ended(vm)
    monkeypatch.setattr(asking, "is_possible", lambda: False)
    page = client.get(f"/recordings/{screen.pk}/").content.decode()
    assert "PyAV is not installed" in page
    answer = Client().post(f"/api/v1/recordings/{screen.pk}/video", headers=bearer(oli))
    assert (answer.status_code, answer.json()["code"]) == (409, "no-library")
    monkeypatch.undo()
    video = request_video(screen, oli)
    monkeypatch.setattr(making, "is_possible", lambda: False)  # on the worker's machine
    running.run(video.job_id or 0)
    assert "PyAV" in Job.objects.get(pk=video.job_id).error_message


def test_one_person_waits_for_a_few_at_once(vm: VM, oli: User) -> None:
    for _number in range(asking.MOST_AT_ONCE):
        request_video(ended(vm), oli)
    with pytest.raises(ActionRefused, match="wait for 3 videos"):
        request_video(ended(vm), oli)


def test_a_video_goes_after_its_hours_and_with_its_recording(
    recording: Recording, oli: User, django_capture_on_commit_callbacks: Any
) -> None:
    running.run(request_video(recording, oli).job_id or 0)
    settle(timezone.now() + timedelta(hours=23))
    assert storage.video_of(recording).exists()
    settle(timezone.now() + timedelta(hours=25))
    assert not storage.video_of(recording).exists() and not Video.objects.exists()
    assert storage.file_of(recording).exists()
    running.run(request_video(recording, oli).job_id or 0)
    with django_capture_on_commit_callbacks(execute=True):
        forget(recording)
    assert list(storage.folder().iterdir()) == []
