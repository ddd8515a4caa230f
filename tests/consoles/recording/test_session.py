"""SSH sessions that are recorded: by their person's wish, or because the rules require it."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Grant, Membership, Role, Team, User
from consoles.gateway import tap as tapping
from consoles.recording import casting
from jobs.models import AuditEntry
from recordings import storage
from recordings.models import Recording, State
from tests.consoles.conftest import ask, sign_in
from tests.consoles.ssh_server import Running, make_machine, running
from tests.consoles.terminals import PASSWORD, ending, enter, knock, resize, said, type_in
from tests.lab.waiting import wait_until
from vms.models import VM

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.RECORDINGS_FREE_MIB = 0


@pytest.fixture
def servers() -> Iterator[Running]:
    with running() as made:
        yield made


@pytest.fixture
def vm(oli: User, servers: Running, monkeypatch: pytest.MonkeyPatch) -> VM:
    return make_machine(oli, monkeypatch, servers.serve())


@pytest.fixture
def team(vm: VM, oli: User) -> Team:
    team = Team.objects.create(name="Web", slug="web")
    Membership.objects.create(user=oli, team=team, role=Role.MEMBER)
    VM.objects.filter(pk=vm.pk).update(team=team)
    vm.refresh_from_db()
    return team


def record(client: Any, vm: VM, session: int, act: str = "start") -> Any:
    wish = {"kind": "ssh", "act": act, "session": str(session)}
    return client.post(f"/machines/{vm.pk}/console/record/", wish)


def part(client: Any, vm: VM, name: str, session: int = 0) -> str:
    address = f"/machines/{vm.pk}/console/ssh/{name}/?session={session}"
    return client.get(address).content.decode()


def going() -> Recording:
    return wait_until(lambda: Recording.objects.filter(state=State.RUNNING).first(), timeout=10)


def ended(count: int = 1) -> list[Recording]:
    found = Recording.objects.filter(state=State.ENDED)
    return wait_until(lambda: list(found) if found.count() >= count else [], timeout=10)


def events(recording: Recording) -> tuple[dict[str, Any], list[Any]]:
    text = gzip.decompress(storage.file_of(recording).read_bytes()).decode()
    head, *lines = [json.loads(line) for line in text.splitlines()]
    return head, lines


def shown(lines: list[Any]) -> str:
    return "".join(words for _at, kind, words in lines if kind == "o")


def test_a_person_records_their_own_session_and_stops_it(gateway, vm, oli, sam):
    Grant.objects.create(user=sam, kind="vm", object_id=vm.pk, role=Role.OPERATOR)
    client, other = sign_in(sam), sign_in(oli)
    console, facts = enter(gateway, client, vm, columns=90, rows=30)
    said(console, "ready")
    assert "Record this session" in part(client, vm, "recorded", facts["session"])
    # Not even who owns the machine begins or sees it: the session is sam's.
    assert record(other, vm, facts["session"]).status_code == 409
    assert record(client, vm, facts["session"]).status_code == 204
    recording = going()
    assert (recording.kind, recording.session, recording.person) == ("ssh", facts["session"], sam)
    assert "data-since" in part(client, vm, "recording", facts["session"])
    assert "Stop recording" in part(client, vm, "recorded", facts["session"])
    assert "data-since" not in part(other, vm, "recording", facts["session"])
    assert "data-since" not in other.get(f"/machines/{vm.pk}/console/recording/").content.decode()
    type_in(console, "hello\n")
    said(console, "> hello")
    resize(console, 120, 40)
    said(console, "now 120x40")
    assert record(other, vm, facts["session"], "stop").status_code == 409
    assert record(client, vm, facts["session"], "stop").status_code == 204
    recording = ended()[0]
    type_in(console, "after\n")
    said(console, "> after")
    console.close()
    head, lines = events(recording)
    assert (head["width"], head["height"]) == (90, 30)
    assert shown(lines) == "> hello\r\nnow 120x40\r\n"  # from when it was begun to when it ended
    assert [what for _at, kind, what in lines if kind == "r"] == ["120x40"]
    assert [f"drives: {sam.display_name}"] == [what for _at, kind, what in lines if kind == "m"]
    deeds = AuditEntry.objects.filter(action__startswith="recording").order_by("seq")
    assert [(one.action, one.detail.get("person")) for one in deeds] == [
        ("recording.start", "sam"),
        ("recording.stop", "sam"),
    ]


def test_the_api_records_ones_own_session(gateway, vm, oli, sam):
    Grant.objects.create(user=sam, kind="vm", object_id=vm.pk, role=Role.OPERATOR)
    client, other = sign_in(sam), sign_in(oli)
    console, facts = enter(gateway, client, vm)
    address = f"/api/v1/vms/{vm.pk}/console/recording"
    wish = {"kind": "ssh", "session": facts["session"]}

    def post(who: Any, address: str, wish: dict[str, Any]) -> Any:
        return who.post(address, wish, content_type="application/json")

    assert post(other, address, wish).json()["code"] == "not-open"
    assert post(client, address, {"kind": "ssh"}).json()["code"] == "not-open"
    assert post(client, address, wish).status_code == 202
    going()
    assert post(other, f"{address}/stop", wish).json()["code"] == "not-open"
    assert post(client, f"{address}/stop", wish).status_code == 202
    assert ended()[0].end_reason == "stopped"
    console.close()


def test_its_recording_is_watched_by_the_same_right_as_all_others(gateway, vm, oli, sam):
    Grant.objects.create(user=sam, kind="vm", object_id=vm.pk, role=Role.OPERATOR)
    client, owner = sign_in(sam), sign_in(oli)
    console, facts = enter(gateway, client, vm)
    record(client, vm, facts["session"])
    going()
    console.close()
    recording = ended()[0]  # at once, as nobody else is there
    assert recording.end_reason == "session"
    page = owner.get(f"/machines/{vm.pk}/recordings/").content.decode()
    assert f"SSH session of {sam.display_name}" in page
    assert owner.get(f"/recordings/{recording.pk}/").status_code == 200
    assert owner.get(f"/api/v1/recordings/{recording.pk}").json()["person"] == "sam"
    assert owner.get(f"/recordings/{recording.pk}/download/").status_code == 200
    assert client.get(f"/recordings/{recording.pk}/").status_code == 404


def test_the_rules_require_it_before_anything_is_shown(gateway, vm, oli, team):
    Team.objects.update(console_recording="always")
    client = sign_in(oli)
    assert "will be recorded" in part(client, vm, "notice")
    assert "will be recorded" in client.get(f"/machines/{vm.pk}/console/ssh/").content.decode()
    assert ending(knock(gateway, client, vm, secret="wrong")) == "ssh-refused"
    assert not Recording.objects.exists()  # nothing was shown
    console, facts = enter(gateway, client, vm)
    recording = Recording.objects.get(state=State.RUNNING)
    assert recording.is_required and recording.session == facts["session"]
    said(console, "ready")
    assert record(client, vm, facts["session"], "stop").status_code == 403
    type_in(console, "exit\n")
    assert ending(console) == "ssh-ended"
    _head, lines = events(ended()[0])
    assert shown(lines) == "ready\r\n"
    text = storage.file_of(recording).read_bytes()
    assert PASSWORD not in gzip.decompress(text).decode()
    assert "will be recorded" not in part(sign_in(oli), vm, "recorded")


def test_two_sessions_are_two_recordings(gateway, vm, oli, team):
    Team.objects.update(console_recording="always")
    client = sign_in(oli)
    first, one = enter(gateway, client, vm)
    second, two = enter(gateway, client, vm)
    said(first, "ready")
    said(second, "ready")
    running_ = Recording.objects.filter(state=State.RUNNING)
    assert {row.session for row in running_} == {one["session"], two["session"]}
    type_in(second, "only here\n")
    said(second, "> only here")
    for console in (first, second):
        console.close()
    texts = {row.session: shown(events(row)[1]) for row in ended(2)}
    assert "only here" in texts[two["session"]] and "only here" not in texts[one["session"]]


def test_where_it_cannot_be_kept_it_does_not_open_and_does_not_stay_open(
    gateway, vm, oli, team, settings
):
    Team.objects.update(console_recording="always")
    client = sign_in(oli)
    console, _facts = enter(gateway, client, vm)
    recording = going()
    settings.RECORDINGS_FREE_MIB = 10**9
    gateway.recorders._takes[recording.pk]._noted_at = 0.0
    assert ending(console) == "not-recorded"
    assert ended()[0].end_reason == "disk"
    refused = ask(client, vm, kind="ssh")
    assert (refused.status_code, refused.json()["code"]) == (409, "not-recorded")


def test_rules_that_change_record_who_is_there_already(gateway, vm, oli, team):
    console, facts = enter(gateway, sign_in(oli), vm)
    said(console, "ready")
    Team.objects.update(console_recording="always")
    assert going().session == facts["session"]
    Team.objects.update(console_recording="never")
    assert ended()[0].end_reason == "policy"
    type_in(console, "still here\n")
    said(console, "> still here")
    console.close()


def test_at_the_size_of_one_recording_the_next_begins_and_nothing_is_lost(
    gateway, vm, oli, team, monkeypatch
):
    monkeypatch.setattr(casting, "MOST_TEXT", 20_000)
    Team.objects.update(console_recording="always")
    console, _facts = enter(gateway, sign_in(oli), vm)
    said(console, "ready")
    lines = [f"line {number:03} {'x' * 100}" for number in range(400)]
    heard = ""
    for start in range(0, len(lines), 50):
        type_in(console, "".join(f"{line}\n" for line in lines[start : start + 50]))
        heard += said(console, lines[start + 49])
    type_in(console, "exit\n")
    ending(console)
    parts = wait_until(
        lambda: (
            [] if Recording.objects.going().exists() else list(Recording.objects.order_by("pk"))
        ),
        timeout=10,
    )
    assert len(parts) > 1
    whole = "".join(shown(events(one)[1]) for one in parts)
    assert [line for line in whole.split("\r\n") if line.startswith("> line")] == [
        f"> {line}" for line in lines
    ]


def test_a_disk_that_stands_still_holds_the_terminal_and_then_ends_it(
    gateway, vm, oli, team, monkeypatch
):
    monkeypatch.setattr(tapping, "HELD_SECONDS", 1.0)
    monkeypatch.setattr(casting, "MOST_WAITING", 4096)
    Team.objects.update(console_recording="always")
    console, _facts = enter(gateway, sign_in(oli), vm)
    said(console, "ready")
    take = gateway.recorders._takes[going().pk].take
    over = take._over
    monkeypatch.setattr(take, "_write_all", lambda _heard: wait_until(over.is_set, timeout=20))
    for _more in range(8):
        type_in(console, "x" * 2000 + "\n")
    assert ending(console) == "not-recorded"
    assert take._waiting <= 4096
