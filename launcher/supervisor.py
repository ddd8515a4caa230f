"""How do several processes run as one: started in order, restarted, stopped together?"""

import asyncio
import os
import shutil
import signal
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Protocol

from launcher.nursery import Nursery, NurseryError
from launcher.programs import Program
from launcher.words import say

FIRST_DELAY = 0.5  # seconds before a program that ended is started again; doubles each time
LONGEST_DELAY = 30.0
STEADY_SECONDS = 30.0  # having run this long, a program counts as well again
STOP_SECONDS = 7.0  # between asking to stop and killing
MAX_LINE = 64 * 1024


class Running(Protocol):
    """A program that runs: a child of ours, or one that the nursery forked."""

    @property
    def pid(self) -> int: ...

    @property
    def stdout(self) -> asyncio.StreamReader | None: ...

    async def wait(self) -> int: ...


class Supervisor:
    """Run programs until told to stop.

    Each is the leader of a session of its own, so that Ctrl-C reaches only the supervisor, and
    asks the kernel to end it when the supervisor dies.
    """

    def __init__(
        self,
        programs: Iterable[Program],
        *,
        cwd: Path,
        env: dict[str, str],
        log: Callable[[str], None] = say,
        stage_ready: Callable[[int], Awaitable[bool]] | None = None,
        stop_seconds: float = STOP_SECONDS,
        nursery_python: Path | None = None,
    ) -> None:
        """`stage_ready` is asked after each stage was started and may wait; False stops all.

        Programs of `nursery_python` are forked from one process that has loaded the code.
        """
        self.programs = sorted(programs, key=lambda program: program.stage)
        self.cwd, self.env, self.log = cwd, env, log
        self.stage_ready = stage_ready
        self.stop_seconds = stop_seconds
        self.nursery = nursery_python and Nursery(
            nursery_python, cwd=cwd, env=env, tie=_tied_to_parent
        )
        self.running: dict[str, Running] = {}
        self.starts: dict[str, int] = {}
        self._stopping = asyncio.Event()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def stop(self) -> None:
        """Ask for the end; `run` returns once everything has stopped."""
        self._stopping.set()

    async def run(self) -> int:
        """Start everything, keep it running, stop it when asked. Return the exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.stop)
        try:
            code = 0 if await self._start_stages() else 1
            if code == 0:
                await self._stopping.wait()
        finally:
            await self._stop_all()
            if self.nursery:
                await self.nursery.close()
        return code

    async def _start_stages(self) -> bool:
        for stage in sorted({program.stage for program in self.programs}):
            if self._stopping.is_set():
                return True
            for program in self.programs:
                if program.stage == stage:
                    self._tasks[program.name] = asyncio.create_task(self._keep(program))
            if self.stage_ready and not await self._ready_or_stopped(stage):
                return self._stopping.is_set()
        return True

    async def _ready_or_stopped(self, stage: int) -> bool:
        """Wait for a stage to be ready, but not past the wish to stop."""
        assert self.stage_ready is not None
        ready = asyncio.ensure_future(self.stage_ready(stage))
        stopped = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({ready, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not ready.done():
            ready.cancel()
            return False
        return ready.result()

    async def _keep(self, program: Program) -> None:
        """Run a program again and again, waiting longer each time that it ends at once."""
        delay = FIRST_DELAY
        while not self._stopping.is_set():
            began = time.monotonic()
            code = await self._run_once(program)
            if self._stopping.is_set():
                return
            if time.monotonic() - began > STEADY_SECONDS:
                delay = FIRST_DELAY
            self.log(f"{program.name}: ended with {_meaning(code)}; starting again in {delay:g} s")
            await self._pause(delay)
            delay = min(delay * 2, LONGEST_DELAY)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _run_once(self, program: Program) -> int:
        self.starts[program.name] = self.starts.get(program.name, 0) + 1
        try:
            process = await self._start(program)
        except OSError as error:
            self.log(f"{program.name}: cannot be started: {error.strerror}")
            return 127
        self.running[program.name] = process
        try:
            await self._copy_lines(program.name, process)
            return await process.wait()
        finally:
            _signal_group(process.pid, signal.SIGKILL)
            self.running.pop(program.name, None)

    async def _start(self, program: Program) -> Running:
        """Fork a program in the nursery; without one, or where that fails, start it by itself."""
        if self.nursery and self.nursery.takes(program.command):
            try:
                return await self.nursery.start(program.command, limit=MAX_LINE)
            except NurseryError as error:
                self.log(f"{program.name}: takes more memory, not forked from loaded code: {error}")
        return await asyncio.create_subprocess_exec(
            *_tied_to_parent(program.command),
            cwd=self.cwd, env=self.env, start_new_session=True, limit=MAX_LINE,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip

    async def _copy_lines(self, name: str, process: Running) -> None:
        """Copy what a program prints, each line with its name before it, until the program ends.

        A grandchild that keeps the pipe open does not keep us here.
        """
        assert process.stdout is not None
        ended = asyncio.create_task(process.wait())
        while True:
            line = asyncio.ensure_future(self._line_of(process.stdout))
            await asyncio.wait({line, ended}, return_when=asyncio.FIRST_COMPLETED)
            if not line.done():
                await asyncio.wait({line}, timeout=0.2)
            if not line.done():
                line.cancel()
                break
            if not (text := line.result()):
                break
            if words := text.decode(errors="replace").rstrip():
                self.log(f"{name}: {words}")
        await ended

    @staticmethod
    async def _line_of(stream: asyncio.StreamReader) -> bytes:
        """Return the next line, or what there is of one that is too long."""
        try:
            return await stream.readline()
        except ValueError:
            return b"(a very long line)\n"

    async def _stop_all(self) -> None:
        """Stop the later stages first, together within a stage; kill what does not listen."""
        self._stopping.set()
        for stage in sorted({program.stage for program in self.programs}, reverse=True):
            names = [p.name for p in self.programs if p.stage == stage and p.name in self._tasks]
            # The web server and the workers do not depend on each other: they stop together.
            if stage > 1:
                names += [p.name for p in self.programs if p.stage == 1 and p.name in self._tasks]
            await self._stop_some(names)

    async def _stop_some(self, names: list[str]) -> None:
        for name in names:
            if process := self.running.get(name):
                _signal(process.pid, signal.SIGTERM)
        tasks = {self._tasks[name] for name in names}
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=self.stop_seconds)
        for name in names:
            if self._tasks[name] in late and (process := self.running.get(name)):
                self.log(f"{name}: does not stop; killed")
                _signal_group(process.pid, signal.SIGKILL)
        if late:
            await asyncio.wait(late, timeout=2)


def _tied_to_parent(command: tuple[str, ...]) -> tuple[str, ...]:
    """Return the command so that it gets SIGTERM when the supervisor dies."""
    if setpriv := shutil.which("setpriv"):
        return (setpriv, "--pdeathsig", "TERM", "--", *command)
    return command


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def _meaning(code: int) -> str:
    """Return an exit code in words."""
    if code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"code {code}"
