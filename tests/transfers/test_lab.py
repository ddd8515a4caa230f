"""Files go into a real guest and out of it by its agent, and an agent that lies harms nobody."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

import jobs.tasks  # noqa: F401 - jobs run in place, so their task has to be known
from accounts.models import User
from jobs.models import AuditEntry, Job, JobState
from jobs.services import request_cancel
from tests.lab import Guest, Lab, wait_until
from tests.vms.test_lab_lifecycle import adopt, row_of
from transfers import staging
from transfers.models import Transfer
from transfers.operations import carrying
from transfers.services.asking import request_fetch, request_send
from virt import pool
from vms.models import VM

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]
CONTENT = bytes(range(256)) * 800  # 200 KiB, in several pieces
LIAR = r"""
exec <>$(ls /dev/vport*) >&0
while sleep 1; do  # the port has an end until the host listens again
  while read -r line; do
    case $line in
    *guest-sync*) id=${line##*:}; printf '{"return":%s}\n' "${id%%\}*}";;
    *guest-file-close*) echo '{"return":{}}';;
    *guest-file-open*) lie=${line##*/lie/}; lie=${lie%%\"*}; echo '{"return":7}';;
    *) [ "$lie" = silence ] || cat /tmp/$lie;;
    esac
  done
done
"""
TAKE_OVER = "mv /sbin/qemu-ga /sbin/off; kill $(pidof qemu-ga); sleep 1; exec sh /tmp/liar"
LIES = {
    "html": '{"return": {"buf-b64": "<b>x</b>", "eof": "no"}}',
    "numbers": '{"return": {"count": -5, "buf-b64": "", "eof": 1}}',
    "endless": '{"return": {"count": 0, "buf-b64": "", "eof": false}}',
    "list": '{"return": [[[[]]]]}',
    "error": '{"error": {"class": "<script>", "desc": "<script>alert(1)</script>"}}',
    "too-much": '{"return": {"count": 1, "eof": true, "buf-b64": "' + "QUFB" * 20_000 + '"}}',
    "not-text": '{"return": {"count": 1, "eof": true, "buf-b64": "\udcff\udcfe"}}',
}
ANSWERS = {"error": "guest-refused", "silence": "agent-unresponsive"}


@pytest.fixture(autouse=True)
def _tidy(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.DATA_DIR = tmp_path
    yield
    pool.close_all()


@pytest.fixture
def vm(lab: Lab, lab_guest: Guest, oli: User, transactional_db: None) -> VM:
    """A machine of oli's whose agent answers."""
    lab_guest.wait_agent()
    return adopt(row_of(lab["hv1"]), lab_guest, oli)


def ended(row: Transfer) -> Transfer:
    row.refresh_from_db()
    row.job.refresh_from_db()  # type: ignore[union-attr]
    return row


def sent(vm: VM, by: User, **wishes: Any) -> Transfer:
    usual = {"path": "/tmp/", "name": "a b.bin", "pieces": [CONTENT]}
    return ended(request_send(vm, by, **usual | wishes))


def test_a_file_goes_there_and_comes_back_whole(vm: VM, oli: User) -> None:
    there = sent(vm, oli)
    assert there.job.state == JobState.SUCCEEDED, (there.job.error_message, there.job.error_detail)
    assert not there.staged and not list(staging.folder().iterdir())
    back = ended(request_fetch(vm, oli, path="/tmp/a b.bin"))
    assert back.can_be_saved
    assert staging.path_of(back.staged).read_bytes() == CONTENT
    assert back.sha256 == there.sha256
    noted = AuditEntry.objects.filter(action__in=["file.sent", "file.fetched"])
    assert {entry.detail["sha256"] for entry in noted} == {there.sha256}
    assert sent(vm, oli).job.error_code == "exists"
    assert sent(vm, oli, overwrite=True, pieces=[b"x"]).job.state == JobState.SUCCEEDED
    assert ended(request_fetch(vm, oli, path="/tmp/a b.bin")).size == 1
    missing = ended(request_fetch(vm, oli, path="/tmp/nothing"))
    assert missing.job.error_code == "guest-refused"
    assert "Does the folder or file exist" in missing.job.error_message


def test_what_is_cancelled_or_too_big_leaves_nothing(
    vm: VM, oli: User, lab_guest: Guest, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    pieces_of = staging.pieces_of

    def interrupted(name: str) -> Iterator[bytes]:
        for number, piece in enumerate(pieces_of(name)):
            if number == 1:
                request_cancel(Job.objects.get(state=JobState.RUNNING), oli)
            yield piece

    monkeypatch.setattr(carrying, "CHECK_SECONDS", 0.0)
    with monkeypatch.context() as patch:
        patch.setattr(staging, "pieces_of", interrupted)
        row = sent(vm, oli)
    assert row.job.state == JobState.CANCELLED
    assert row.remains == "removed"
    assert not list(staging.folder().iterdir())
    assert ended(request_fetch(vm, oli, path="/tmp/a b.bin")).job.error_code == "guest-refused"
    lab_guest.shell("dd if=/dev/zero of=/tmp/big bs=1k count=256")
    settings.TRANSFER_MOST = 128 * 1024
    row = ended(request_fetch(vm, oli, path="/tmp/big"))
    assert row.job.error_code == "too-big"
    assert not list(staging.folder().iterdir())


def test_an_agent_that_lies_or_is_silent_harms_nobody(
    vm: VM, oli: User, lab_guest: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("virt.guests.files.SECONDS", 2)
    for name, lie in LIES.items():
        lab_guest.put(f"/tmp/{name}", (lie + "\n").encode(errors="surrogateescape"))
    lab_guest.put("/tmp/liar", LIAR.encode())
    lab_guest.shell(f"({TAKE_OVER}) </dev/null >/dev/null 2>&1 &")
    sync = (
        "qemu-agent-command",
        "--timeout",
        "2",
        lab_guest.name,
        '{"execute":"guest-file-open/lie/html"}',
    )
    wait_until(lambda: "7" in lab_guest.host.virsh(*sync, check=False), timeout=20)
    for name in (*LIES, "silence"):
        began = time.monotonic()
        row = ended(request_fetch(vm, oli, path=f"/lie/{name}"))
        assert time.monotonic() - began < 30, name
        assert row.job.state == JobState.FAILED, name
        assert row.job.error_code == ANSWERS.get(name, "agent-misbehaved"), (
            name, row.job.error_code, row.job.error_detail,
        )  # fmt: skip
        assert "<" not in row.job.error_message
        assert len(row.job.error_detail) < 1000
    assert not list(staging.folder().iterdir())
