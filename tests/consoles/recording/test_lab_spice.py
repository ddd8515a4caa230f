"""A SPICE screen is recorded at the VNC display beside it, and does not open where it cannot be."""

import struct

import pytest

from accounts.models import Membership, Role, Team
from recordings import storage
from recordings.models import Recording, State
from tests.consoles.conftest import ask, sign_in
from tests.consoles.test_lab import no_connection_is_left, row_of  # noqa: F401
from tests.consoles.test_lab_spice import DISPLAYS, MAIN_INIT, Channel, typing
from tests.lab import Guest, Lab, wait_until
from vms.models import VM

from .screens import played

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.RECORDINGS_FREE_MIB = 0


def of_team(guest: Guest, oli, kinds: tuple[str, ...], **fields) -> VM:
    """Make the row of a guest in a team whose consoles are always recorded."""
    team = Team.objects.create(name="Web", slug="web", console_recording="always")
    Membership.objects.create(user=oli, team=team, role=Role.MEMBER)
    vm = row_of(guest, "local", oli)
    facts = {"team": team, "graphics": [{"kind": kind} for kind in kinds], **fields}
    VM.objects.filter(pk=vm.pk).update(**facts)
    vm.refresh_from_db()
    return vm


def test_what_is_typed_over_spice_is_on_the_tape_of_the_screen(gateway, lab: Lab, oli):
    guest = lab.guest(lab["hv1"], "spice-taped", more=DISPLAYS["local"])
    guest.wait_ticking()
    vm, client = of_team(guest, oli, ("vnc", "spice")), sign_in(oli)
    main = Channel(gateway, client, vm).begin()
    session = struct.unpack_from("<I", main.until(MAIN_INIT))[0]
    recording = Recording.objects.get(state=State.RUNNING)  # before the first word of the display
    assert (recording.kind, recording.is_required) == ("vnc", True)
    take = gateway.recorders._takes[recording.pk].take
    assert take.sees(vm.host_id)
    keys = Channel(gateway, client, vm, connection=session, channel=3).begin()
    path = storage.part_of(recording)
    before = played(path).pixels
    typing(keys, "\necho driven >/dev/ttyS0\n")
    wait_until(lambda: "driven" in guest.serial_output(), timeout=20)
    wait_until(lambda: played(path).pixels != before, timeout=10)
    main.socket.close()
    Team.objects.update(console_recording="never")
    wait_until(lambda: Recording.objects.filter(state=State.ENDED).exists(), timeout=10)


@pytest.mark.parametrize(
    ("kinds", "video"),
    [(("spice",), []), (("vnc", "spice"), [{"model": "virtio", "heads": 2}])],
)
def test_a_spice_screen_that_cannot_be_recorded_does_not_open(
    gateway, lab_guest, oli, kinds, video
):
    vm, client = of_team(lab_guest, oli, kinds, video=video), sign_in(oli)
    answer = ask(client, vm, kind="spice")
    assert (answer.status_code, answer.json()["code"]) == (409, "not-recorded")
    assert "one screen" in answer.json()["message"]
    page = client.get(f"/machines/{vm.pk}/console/serial/").content.decode()
    assert "recorded only where" in page  # at the tab
    Team.objects.update(console_recording="demand")
    assert ask(client, vm, kind="spice").status_code == 200
