"""The start of a QEMU is read from the processes of this machine, or is not known."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from virt.facts.domain import DomainInfo, DomainState
from virt.hosts.processes import with_starts

UUID = "31111111-1111-1111-1111-111111111111"
BOOTED = 1_700_000_000


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    (tmp_path / "stat").write_text(f"cpu 1 2 3\nbtime {BOOTED}\n")
    return tmp_path


def process(proc: Path, pid: int, *words: str, ticks: int = 12_300) -> None:
    folder = proc / str(pid)
    folder.mkdir()
    (folder / "cmdline").write_text("\0".join(words) + "\0")
    between = " ".join(["0"] * 18)
    (folder / "stat").write_text(f"{pid} (qemu (x) y) S {between} {ticks} 0 0\n")


def guest(state: DomainState = DomainState.RUNNING) -> DomainInfo:
    return DomainInfo(UUID, "web01", state=state)


def test_running_guest_comes_with_the_start_of_its_process(proc: Path) -> None:
    process(proc, 40, "/usr/bin/qemu-system-x86_64", "-name", "guest=web01", "-uuid", UUID)
    process(proc, 41, "/bin/cat", "-uuid", UUID)
    process(proc, 42, "/usr/bin/qemu-system-x86_64", "-uuid")
    (info,) = with_starts([guest()], proc)
    assert info.started_at == datetime.fromtimestamp(BOOTED + 123, UTC)


def test_nothing_is_known_of_hidden_processes_of_twins_and_of_guests_that_are_off(
    proc: Path,
) -> None:
    assert with_starts([guest()], proc)[0].started_at is None
    process(proc, 40, "/usr/bin/qemu-system-x86_64", "-uuid", UUID)
    assert with_starts([guest(DomainState.OFF)], proc)[0].started_at is None
    process(proc, 41, "/usr/bin/qemu-system-x86_64", "-uuid", UUID)
    assert with_starts([guest()], proc)[0].started_at is None
    assert with_starts([guest()], proc / "none")[0].started_at is None
