"""Recordings of real guests, of both kinds at once, through a power cut."""

import gzip
import json

import pytest

from recordings import storage
from recordings.formats import tape
from recordings.models import Recording, State
from recordings.services import ask_for, ask_to_stop
from tests.consoles.conftest import ask, connect, sign_in
from tests.consoles.test_lab import first_picture, no_connection_is_left, opened, row_of, said  # noqa: F401
from tests.lab import Guest, wait_until

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
