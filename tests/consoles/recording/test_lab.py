"""Recordings of real guests, of both kinds at once, through a power cut."""

import gzip
import json

import pytest

from jobs import running
from jobs.models import JobState
from recordings import storage
from recordings.formats import tape
from recordings.models import Recording, State
from recordings.services import ask_for, ask_to_stop
from recordings.video.asking import request_video
from tests.consoles.conftest import ask, connect, sign_in
from tests.consoles.test_lab import first_picture, no_connection_is_left, opened, row_of, said  # noqa: F401
from tests.lab import Guest, wait_until
from tests.recordings.videos import seen

from .screens import played

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.RECORDINGS_FREE_MIB = 0


def test_a_guest_that_is_cut_off_and_started_is_on_one_tape_and_one_cast(
    gateway, lab_guest: Guest, oli
):
    vm = row_of(lab_guest, "local", oli)
    client = sign_in(oli)
    console, width, height = opened(gateway, client, vm)
    first_picture(console, width, height)
    text = connect(gateway.path, client, ask(client, vm, kind="serial").json()["ticket"])
    said(text, "tick ")
    made = [ask_for(vm, kind, oli) for kind in ("vnc", "serial")]
    running = Recording.objects.filter(state=State.RUNNING)
    wait_until(lambda: running.count() == 2)
    takes = [gateway.recorders._takes[one.pk].take for one in made]
    lab_guest.host.virsh("destroy", lab_guest.name)
    wait_until(lambda: all(take.is_away for take in takes), timeout=15)
    lab_guest.host.virsh("start", lab_guest.name)
    wait_until(lambda: not any(take.is_away for take in takes), timeout=20)
    again, width, height = opened(gateway, client, vm)
    first_picture(again, width, height)
    for one in made:
        ask_to_stop(one, oli)
    wait_until(lambda: Recording.objects.filter(state=State.ENDED).count() == 2, timeout=15)
    path = storage.file_of(made[0])
    picture = played(path)
    assert len(set(picture.pixels)) > 1
    marks = [mark["mark"] for mark in tape.index_of(path).marks]
    assert [mark for mark in marks if mark in {"away", "back"}] == ["away", "back"]
    lines = gzip.decompress(storage.file_of(made[1]).read_bytes()).decode().splitlines()
    marks = [words for _at, kind, words in map(json.loads, lines[1:]) if kind == "m"]
    assert [mark for mark in marks if mark in {"away", "back"}] == ["away", "back"]


def test_what_a_guest_showed_becomes_a_video_that_shows_it_again(gateway, lab_guest: Guest, oli):
    vm = row_of(lab_guest, "local", oli)
    console, width, height = opened(gateway, sign_in(oli), vm)
    first_picture(console, width, height)
    made = ask_for(vm, "vnc", oli)
    wait_until(lambda: Recording.objects.filter(pk=made.pk, state=State.RUNNING).exists())
    take = gateway.recorders._takes[made.pk].take
    lab_guest.wait_agent()
    for words in ("one", "two"):
        before = take.length
        lab_guest.shell(f"seq 1 400 | sed s/^/{words}/ > /dev/tty0; sleep 1; clear > /dev/tty0")
        wait_until(lambda before=before: take.length > before + 2, timeout=15)
    ask_to_stop(made, oli)
    wait_until(lambda: Recording.objects.filter(state=State.ENDED).exists(), timeout=15)
    made.refresh_from_db()
    video = request_video(made, oli)
    running.run(video.job_id or 0)
    video.refresh_from_db()
    assert (video.job.state, video.job.error_message) == (JobState.SUCCEEDED, "")
    shown, last = seen(storage.video_of(made)), played(storage.file_of(made))
    assert (shown.width, shown.height) == (width, height) == (last.width, last.height)
    assert shown.length == pytest.approx(made.length, abs=0.5)
    assert shown.moments == sorted(shown.moments)
    assert len(set(shown.pictures)) > 4
    exact = bytes(byte for at, byte in enumerate(last.pixels) if at % 4 != 3)
    apart = sum(abs(a - b) for a, b in zip(shown.pictures[-1], exact, strict=True)) / len(exact)
    assert apart < 4  # of 255: the encoder loses a little
    assert video.bytes < 2 * 1024 * 1024
