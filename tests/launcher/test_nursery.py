"""Are programs forked from loaded code the same as programs started by themselves?"""

import asyncio
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hypervisor_site import nursery as server
from launcher import nursery as nursing
from launcher import supervisor as supervising
from launcher.places import BASE_DIR
from launcher.programs import Program
from launcher.supervisor import Supervisor

NAMES = "import os, sys; print('up', os.getpid(), os.getppid(), *sys.argv[1:], flush=True)\n"
SLEEPS = NAMES + "import time; time.sleep(600)\n"


@pytest.fixture(autouse=True)
def _quick_restarts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "FIRST_DELAY", 0.05)


@pytest.fixture(autouse=True)
def _keep_signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (2, 15, 1)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def make(lines: list[str], *programs: Program, cwd: Path = BASE_DIR) -> Supervisor:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "hypervisor_site.settings"}
    return Supervisor(
        programs, cwd=cwd, env=env, log=lines.append, stop_seconds=3,
        nursery_python=Path(sys.executable),
    )  # fmt: skip


def program(folder: Path, name: str, source: str) -> Program:
    path = folder / f"{name}.py"
    path.write_text(source)
    return Program(name, (sys.executable, str(path), "one", "two"))


async def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that has ended may wait for whoever inherits it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def children_of(pid: int) -> list[int]:
    words = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [child for child in map(int, words) if is_alive(child)]


def children_named(word: str) -> list[int]:
    found = children_of(os.getpid())
    return [pid for pid in found if word in Path(f"/proc/{pid}/cmdline").read_text()]


def greetings(lines: list[str], name: str) -> list[list[str]]:
    return [line.split()[2:] for line in lines if line.startswith(f"{name}: up ")]


async def test_programs_are_forked_from_one_process(tmp_path: Path) -> None:
    lines: list[str] = []
    runner = make(lines, program(tmp_path, "a", SLEEPS), program(tmp_path, "b", SLEEPS))
    task = asyncio.create_task(runner.run())
    await until(lambda: greetings(lines, "a") and greetings(lines, "b"))
    (pid, parent, *words), other = greetings(lines, "a")[0], greetings(lines, "b")[0]
    assert words == ["one", "two"]
    assert other[1] == parent != str(os.getpid())
    shown = Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    assert shown[1:] == [os.fsencode(tmp_path / "a.py"), b"one", b"two"]
    assert os.getsid(int(pid)) == int(pid)
    runner.stop()
    assert await task == 0
    assert not any(is_alive(int(number)) for number in (pid, parent, other[0]))


async def test_a_forked_program_that_ends_is_started_again(tmp_path: Path) -> None:
    lines: list[str] = []
    runner = make(lines, program(tmp_path, "short", NAMES + "raise SystemExit(3)\n"))
    task = asyncio.create_task(runner.run())
    await until(lambda: len(greetings(lines, "short")) >= 2)
    runner.stop()
    await task
    assert "short: ended with code 3; starting again in 0.05 s" in lines


async def test_programs_come_back_after_the_loss_of_the_nursery(tmp_path: Path) -> None:
    lines: list[str] = []
    runner = make(lines, program(tmp_path, "a", SLEEPS))
    task = asyncio.create_task(runner.run())
    await until(lambda: greetings(lines, "a"))
    first, nursery = map(int, greetings(lines, "a")[0][:2])
    os.kill(nursery, signal.SIGKILL)
    await until(lambda: len(greetings(lines, "a")) == 2)
    assert int(greetings(lines, "a")[1][1]) != nursery
    await until(lambda: not is_alive(first))
    runner.stop()
    assert await task == 0


async def test_without_a_nursery_programs_start_by_themselves(tmp_path: Path) -> None:
    lines: list[str] = []
    runner = make(lines, program(tmp_path, "a", SLEEPS), cwd=tmp_path)
    runner.env.pop("PYTHONPATH", None)
    task = asyncio.create_task(runner.run())
    await until(lambda: greetings(lines, "a"))
    assert greetings(lines, "a")[0][1] == str(os.getpid())
    runner.stop()
    assert await task == 0


async def test_a_fork_that_comes_too_late_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nursing, "LOADING_SECONDS", 0.05)
    lines: list[str] = []
    runner = make(lines, program(tmp_path, "a", SLEEPS))
    task = asyncio.create_task(runner.run())
    await until(lambda: greetings(lines, "a"))
    assert greetings(lines, "a")[0][1] == str(os.getpid())
    assert isinstance(runner.nursery, nursing.Nursery)
    (nursery,) = children_named("hypervisor_site.nursery")
    monkeypatch.setattr(nursing, "LOADING_SECONDS", 20)
    forked = await runner.nursery.start(
        [sys.executable, str(tmp_path / "a.py")], limit=supervising.MAX_LINE
    )
    await until(lambda: children_of(nursery) == [forked.pid])
    runner.stop()
    assert await task == 0


def test_a_thread_or_a_socket_is_found_before_a_fork() -> None:
    ends = threading.Event()
    thread = threading.Thread(target=ends.wait)
    thread.start()
    with socket.socket() as own, socket.socket() as other:
        found = server.strangers(own.fileno())
        assert f"socket {other.fileno()}" in found
        assert f"socket {own.fileno()}" not in found
        assert any("threads" in words for words in found)
    ends.set()
    thread.join()
