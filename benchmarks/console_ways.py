"""The ways from a browser to one display: copies of TCP and into a websocket, websockify, ours.

Each begins at a Unix socket and has a process of its own. Needs a data folder of one's own.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

from tests.lab.waiting import wait_until

from .console_ends import End, Opener, PlainEnd, WebsocketEnd, greeted

GATEWAY, COPY = "gateway", "websocket copy"
QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


@dataclass(slots=True)
class Way:
    """One way to the display, its process, and what was measured of it."""

    name: str
    pid: int
    open: Callable[[], End]
    speeds: list[float] = field(default_factory=list)
    echoes: list[float] = field(default_factory=list)


class Programs:
    """The programs of a run, which end with it."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def start(self, *words: str, **more: Any) -> subprocess.Popen[str]:
        """Start a program."""
        process = subprocess.Popen(words, text=True, stdin=subprocess.PIPE, **more)
        self._stack.callback(process.wait, timeout=15)
        self._stack.callback(process.terminate)
        return process

    def listen(self, path: Path, *words: str, **more: Any) -> int:
        """Start a Python module, and return its process once it has made its socket."""
        process = self.start(sys.executable, "-m", *words, **more)
        wait_until(path.exists, timeout=30, what=words[0])
        return process.pid


def stock_ways(programs: Programs, port: str) -> Iterator[Way]:
    """Run what the gateway is compared with."""
    folder = Path(settings.RUN_DIR)
    copies = "benchmarks.console_copies"
    plain, framed, stock = (folder / f"{name}.sock" for name in ("tcp", "framed", "websockify"))
    pid = programs.listen(plain, copies, "tcp", str(plain), port)
    yield Way("TCP copy", pid, lambda: greeted(PlainEnd(plain)))
    pid = programs.listen(framed, copies, "websocket", str(framed), port)
    yield Way(COPY, pid, lambda: greeted(WebsocketEnd(framed)))
    words = ("websockify", f"--unix-listen={stock}", f"127.0.0.1:{port}")
    pid = programs.listen(stock, *words, **QUIET)
    yield Way("websockify", pid, lambda: greeted(WebsocketEnd(stock)))


@contextmanager
def running(*, only_gateway: bool = False) -> Iterator[list[Way]]:
    """Run the display and the ways to it; the gateway is the last."""
    call_command("migrate", verbosity=0)
    redis_socket = str(Path(settings.RUN_DIR) / "redis.sock")
    with ExitStack() as stack:
        programs = Programs(stack)
        programs.start(
            "redis-server", "--port", "0", "--unixsocket", redis_socket, "--save", "", **QUIET
        )
        shown = (sys.executable, "-m", "benchmarks.console_display")
        display = programs.start(*shown, stdout=subprocess.PIPE)
        assert display.stdout is not None
        port = display.stdout.readline().strip()
        ways = [] if only_gateway else list(stock_ways(programs, port))
        environment = {**os.environ, "BENCH_DISPLAY": port}
        path = Path(settings.CONSOLE_SOCKET)
        pid = programs.listen(path, "benchmarks.console_gateway", env=environment)
        yield [*ways, Way(GATEWAY, pid, Opener())]
