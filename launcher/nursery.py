"""How are programs forked from one process that has loaded the code, to share its memory?

The other end is `hypervisor_site.nursery`, which says what goes over the socket between them.
"""

import asyncio
import contextlib
import json
import os
import signal
import socket
from collections.abc import Callable, Sequence
from pathlib import Path

LOADING_SECONDS = 45.0
# Room for a program's own command line, which is written over the nursery's.
ROOM = "-" * 400
NURSERY_GONE = -int(signal.SIGHUP)


class NurseryError(Exception):
    """The nursery cannot fork now; the program can still be started by itself."""


class Forked:
    """A program that was forked; the part of asyncio's Process that the supervisor uses."""

    def __init__(self, pid: int, stdout: asyncio.StreamReader) -> None:
        self.pid = pid
        self.stdout = stdout
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def wait(self) -> int:
        """Return the exit code once the program has ended."""
        return await asyncio.shield(self.ended)


class Nursery:
    """The client of one nursery process, which is started when first needed and again when gone."""

    def __init__(
        self, python: Path, *, cwd: Path, env: dict[str, str], tie: Callable[..., tuple[str, ...]]
    ) -> None:
        """`tie` turns a command into one that ends with this process."""
        self.python, self.cwd, self.env, self._tie = str(python), cwd, env, tie
        self._process: asyncio.subprocess.Process | None = None
        self._line: socket.socket | None = None
        self._reading: asyncio.Task[None] | None = None
        self._beginning = asyncio.Lock()
        self._asked: dict[int, tuple[asyncio.Future[Forked], asyncio.StreamReader]] = {}
        self._children: dict[int, Forked] = {}
        self._count = 0

    def takes(self, command: Sequence[str]) -> bool:
        """Tell whether a command is one for our Python."""
        return command[0] == self.python

    async def start(self, command: Sequence[str], *, limit: int) -> Forked:
        """Fork a program. Raises NurseryError when there is nobody to do it."""
        async with self._beginning:
            await self._begin()
        assert self._line is not None
        reading, writing = os.pipe()
        stdout = await _reader(reading, limit)
        self._count += 1
        number = self._count
        answer: asyncio.Future[Forked] = asyncio.get_running_loop().create_future()
        self._asked[number] = (answer, stdout)
        request = json.dumps({"id": number, "command": list(command[1:])}).encode()
        try:
            socket.send_fds(self._line, [request], [writing])
            return await asyncio.wait_for(answer, LOADING_SECONDS)
        except (OSError, TimeoutError) as error:
            raise NurseryError(str(error) or "no answer") from error
        finally:
            self._asked.pop(number, None)
            os.close(writing)

    async def close(self) -> None:
        """End the nursery; what it forked has been stopped before."""
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
            await self._process.wait()
        if self._reading is not None:
            self._reading.cancel()

    async def _begin(self) -> None:
        if self._process is not None and self._process.returncode is None and self._line:
            return
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        words = (self.python, "-m", "hypervisor_site.nursery", str(theirs.fileno()), ROOM)
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                *self._tie(words), cwd=self.cwd, env=self.env, start_new_session=True,
                stdin=asyncio.subprocess.DEVNULL, pass_fds=(theirs.fileno(),),
            )  # fmt: skip
        self._line = ours
        self._reading = asyncio.create_task(self._read(ours))

    async def _read(self, line: socket.socket) -> None:
        """Take the nursery's messages until it has gone, and end what went with it."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError):
            while data := await loop.sock_recv(line, 4096):
                self._hear(json.loads(data))
        line.close()
        if self._line is line:
            self._line = None
        for answer, _stdout in self._asked.values():
            if not answer.done():
                answer.set_exception(NurseryError("it ended"))
        for child in self._children.values():
            child.ended.set_result(NURSERY_GONE)
        self._children.clear()

    def _hear(self, message: dict[str, int]) -> None:
        pid = message["pid"]
        if "code" in message:
            if child := self._children.pop(pid, None):
                child.ended.set_result(message["code"])
            return
        asked = self._asked.get(message["id"])
        if asked is None or asked[0].done():
            # Nobody waits any more: the program has been started by itself.
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            return
        answer, stdout = asked
        self._children[pid] = Forked(pid, stdout)
        answer.set_result(self._children[pid])


async def _reader(descriptor: int, limit: int) -> asyncio.StreamReader:
    """Return a stream that reads a pipe and closes it at its end."""
    loop = asyncio.get_running_loop()
    stream = asyncio.StreamReader(limit=limit)
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(descriptor, "rb", buffering=0)
    )
    return stream
