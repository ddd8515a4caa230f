"""Do several processes start in order, come back when they end, and stop without orphans?"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from launcher import supervisor as supervising
from launcher.programs import Program
from launcher.supervisor import Supervisor
from tests.lab.waiting import wait_until

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
DEAF = f"import signal; signal.signal(15, signal.SIG_IGN); {SLEEPER}"
PARENT = (
    "import subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "print('child', child.pid, flush=True)\n"
    "time.sleep(600)\n"
)


def script(name: str, source: str, stage: int = 1) -> Program:
    return Program(name, (sys.executable, "-c", source), stage)


def make(
    lines: list[str],
    *programs: Program,
    stop_seconds: float = 3.0,
    stage_ready: Callable[[int], Awaitable[bool]] | None = None,
) -> Supervisor:
    return Supervisor(
        programs, cwd=Path.cwd(), env=dict(os.environ), log=lines.append,
        stop_seconds=stop_seconds, stage_ready=stage_ready,
    )  # fmt: skip


async def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


@pytest.fixture(autouse=True)
def _quick_restarts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "FIRST_DELAY", 0.05)


@pytest.fixture(autouse=True)
def _keep_signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (2, 15, 1)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


async def test_lines_carry_the_programs_name() -> None:
    lines: list[str] = []
    runner = make(lines, script("one", SLEEPER), script("two", SLEEPER))
    task = asyncio.create_task(runner.run())
    await until(lambda: {"one: up", "two: up"} <= set(lines))
    runner.stop()
    assert await task == 0


async def test_ended_program_is_started_again_with_growing_pauses() -> None:
    lines: list[str] = []
    runner = make(lines, script("short", "raise SystemExit(3)"))
    task = asyncio.create_task(runner.run())
    await until(lambda: runner.starts.get("short", 0) >= 3)
    runner.stop()
    await task
    told = [line for line in lines if "ended with code 3" in line]
    assert told[0].endswith("again in 0.05 s")
    assert told[1].endswith("again in 0.1 s")


async def test_killed_program_is_started_again() -> None:
    lines: list[str] = []
    runner = make(lines, script("victim", SLEEPER))
    task = asyncio.create_task(runner.run())
    await until(lambda: "victim: up" in lines)
    os.kill(runner.running["victim"].pid, signal.SIGKILL)
    await until(lambda: lines.count("victim: up") == 2)
    runner.stop()
    await task
    assert any("SIGKILL" in line for line in lines)


async def test_missing_program_is_told_and_tried_again() -> None:
    lines: list[str] = []
    runner = make(lines, Program("ghost", ("/no/such/program",)))
    task = asyncio.create_task(runner.run())
    await until(lambda: runner.starts.get("ghost", 0) >= 2)
    runner.stop()
    await task
    assert any("ghost" in line for line in lines)


async def test_deaf_program_is_killed() -> None:
    lines: list[str] = []
    runner = make(lines, script("deaf", DEAF), stop_seconds=0.3)
    task = asyncio.create_task(runner.run())
    await until(lambda: "deaf: up" in lines)
    pid = runner.running["deaf"].pid
    runner.stop()
    await asyncio.wait_for(task, 5)
    assert not Path(f"/proc/{pid}").exists()
    assert "deaf: does not stop; killed" in lines


async def test_grandchildren_do_not_outlive_their_program() -> None:
    lines: list[str] = []
    runner = make(lines, script("parent", PARENT))
    task = asyncio.create_task(runner.run())
    await until(lambda: any("child" in line for line in lines))
    child = int(lines[0].split()[-1])
    runner.stop()
    await asyncio.wait_for(task, 5)
    await until(lambda: not is_alive(child))


async def test_stages_start_in_order_and_wait() -> None:
    lines: list[str] = []
    seen: list[set[str]] = []

    async def ready(_stage: int) -> bool:
        await until(lambda: len(runner.running) == len(seen) + 1)
        seen.append(set(runner.running))
        return True

    runner = make(
        lines, script("last", SLEEPER, 2), script("first", SLEEPER, 0), script("web", SLEEPER, 1),
        stage_ready=ready,
    )  # fmt: skip
    task = asyncio.create_task(runner.run())
    await until(lambda: len(seen) == 3)
    runner.stop()
    await task
    assert seen == [{"first"}, {"first", "web"}, {"first", "web", "last"}]


async def test_stage_that_never_gets_ready_stops_all() -> None:
    async def ready(_stage: int) -> bool:
        return False

    lines: list[str] = []
    runner = make(lines, script("web", SLEEPER), stage_ready=ready)
    assert await asyncio.wait_for(runner.run(), 10) == 1
    assert not runner.running


async def test_stop_while_waiting_for_a_stage_is_quick() -> None:
    async def ready(_stage: int) -> bool:
        await asyncio.sleep(600)
        return True

    lines: list[str] = []
    runner = make(lines, script("web", SLEEPER), stage_ready=ready)
    task = asyncio.create_task(runner.run())
    await until(lambda: "web: up" in lines)
    runner.stop()
    assert await asyncio.wait_for(task, 5) == 0


ORPHANS = """
import asyncio, os, sys
from pathlib import Path
from launcher.programs import Program
from launcher.supervisor import Supervisor
source = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
program = Program("child", (sys.executable, "-c", source))
asyncio.run(Supervisor([program], cwd=Path("."), env=dict(os.environ)).run())
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_programs_end_with_their_supervisor(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ORPHANS], stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).resolve().parents[2], env={**os.environ, "PYTHONPATH": "."},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        child = int(process.stdout.readline().split()[-1])
        process.send_signal(number)
        process.wait(10)
    wait_until(lambda: not is_alive(child), what="the child ended too")


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that nobody has collected yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
