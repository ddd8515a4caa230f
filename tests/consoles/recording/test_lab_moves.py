"""A recorded machine moves to another host: the recording goes on before anything is seen."""

import gzip
import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from accounts.models import Membership, Role, Team
from jobs.models import Job, JobState
from migration.options import Options
from migration.services.asking import request_migration
from recordings import storage
from recordings.formats import tape
from recordings.models import Recording, State
from recordings.services import ask_for, ask_to_stop
from tests.consoles.conftest import ask, connect, sign_in
from tests.consoles.test_lab import first_picture, no_connection_is_left  # noqa: F401
from tests.consoles.test_lab import opened as open_screen
from tests.lab import wait_until
from tests.migration.moves import Carrier, Pair
from vms.models import VM

from .screens import played

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.RECORDINGS_FREE_MIB = 0


class Text:
    """A text console that remembers what it showed."""

    def __init__(self, gateway: Any, client: Any, vm: VM) -> None:
        ticket = ask(client, vm, kind="serial").json()["ticket"]
        self.console = connect(gateway.path, client, ticket)
        self.shown = ""

    def hear(self, seconds: float = 1.0) -> str:
        """Return all that was shown, with what comes next; "" adds what a closed one had left."""
        with suppress(TimeoutError, ConnectionClosed):
            self.shown += bytes(self.console.recv(seconds)).decode(errors="replace")
        return self.shown

    def ticks(self) -> set[int]:
        """Return the numbers that were shown whole."""
        return {int(one) for one in re.findall(r"\btick (\d+)\b\s", self.shown)}


def take_of(gateway: Any, vm: VM, kind: str) -> Any:
    """Return the thread that records."""
    row = Recording.objects.get(vm=vm, kind=kind, state=State.RUNNING)
    return gateway.recorders._takes[row.pk].take


@pytest.mark.parametrize("policy", ["always", "demand"])
def test_the_recording_goes_on_at_the_other_host(
    gateway: Any,
    two: Pair,
    carry: Callable[[Job], Carrier],
    ada: Any,
    oli: Any,
    policy: str,
):
    team = Team.objects.create(name="Web", slug="web", console_recording=policy)
    Membership.objects.create(user=oli, team=team, role=Role.MEMBER)
    _guest, vm = two.guest()
    VM.objects.filter(pk=vm.pk).update(owner=oli, team=team)
    vm.refresh_from_db()
    client = sign_in(oli)
    screen, width, height = open_screen(gateway, client, vm)
    first_picture(screen, width, height)
    text = Text(gateway, client, vm)
    if policy == "demand":
        for kind in ("vnc", "serial"):
            ask_for(vm, kind, oli)
    running = Recording.objects.filter(state=State.RUNNING)
    wait_until(lambda: running.count() == 2, timeout=15)
    takes = {kind: take_of(gateway, vm, kind) for kind in ("vnc", "serial")}
    wait_until(lambda: text.hear() and len(text.ticks()) > 1, timeout=20)
    before = max(text.ticks())

    done = carry(request_migration(vm, two.second, ada, Options())).ended()
    assert done.state == JobState.SUCCEEDED, (done.error_message, done.error_detail)
    vm.refresh_from_db()
    assert vm.host_id == two.second.pk
    screen, width, height = open_screen(gateway, client, vm)
    if policy == "always":  # admitted means recorded, at this very moment and at this very place
        assert takes["vnc"].sees(two.second.pk)
    first_picture(screen, width, height)
    again = Text(gateway, client, vm)
    wait_until(lambda: again.hear() and len(again.ticks()) > 1, timeout=20)
    assert takes["serial"].sees(two.second.pk)
    assert max(again.ticks()) > before
    wait_until(lambda: takes["vnc"].sees(two.second.pk), timeout=15)

    assert {one.pk for one in running} == {take.recording.pk for take in takes.values()}  # one part
    Team.objects.update(console_recording="demand")
    for take in takes.values():
        ask_to_stop(take.recording, oli)
    wait_until(lambda: Recording.objects.filter(state=State.ENDED).count() == 2, timeout=15)
    path = storage.file_of(takes["vnc"].recording)
    marks = [mark["mark"] for mark in tape.index_of(path).marks]
    assert [mark for mark in marks if mark in {"away", "back"}] == ["away", "back"]
    assert len(set(played(path).pixels)) > 1
    lines = gzip.decompress(storage.file_of(takes["serial"].recording).read_bytes()).decode()
    events = [json.loads(line) for line in lines.splitlines()[1:]]
    recorded = "".join(words for _at, kind, words in events if kind == "o")
    ticks = {int(one) for one in re.findall(r"\btick (\d+)", recorded)}
    assert again.ticks() <= ticks
    if policy == "always":
        assert text.ticks() <= ticks
    assert min(ticks) <= before < max(ticks)
