"""Measure consoles in a data folder of this process's own, and print the figures as JSON."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from accounts.models import User  # noqa: E402
from consoles.models import name_of_user  # noqa: E402
from consoles.tickets import Claims, hashed, issue  # noqa: E402
from consoles.wire import PROTOCOL, SOCKET_PATH, TICKET_PREFIX  # noqa: E402
from tests.factories import make_vm  # noqa: E402
from tests.lab.waiting import wait_until  # noqa: E402
from vms.models import VM  # noqa: E402

from .console_display import FLOOD, INIT  # noqa: E402
from .figures import Figure, as_json, median, percentile  # noqa: E402

SECONDS = 4.0
ECHOES = 1000
KEY = b"\x04\x01\0\0\0\0\0\x61"
COUNTS = (1, 50, 200)


@contextmanager
def program(*words: str, **more: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a program while the block runs."""
    process = subprocess.Popen(words, text=True, stdin=subprocess.PIPE, **more)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=15)


class Opener:
    """Open consoles as one signed-in person, with tickets made as the site makes them."""

    def __init__(self) -> None:
        self.user = User.objects.create_superuser("bench")
        self.vm: VM = make_vm("bench", owner=self.user)
        client = Client()
        client.force_login(self.user)
        self.session = client.cookies[settings.SESSION_COOKIE_NAME].value

    def open(self) -> "Console":
        """Return a console after the handshake."""
        claims = Claims(
            user=self.user.pk,
            session=hashed(self.session),
            vm=self.vm.pk,
            uuid=str(self.vm.uuid),
            kind="vnc",
            mode="control",
            who=name_of_user(self.user.pk),
        )
        console = Console(TICKET_PREFIX + issue(claims).text, self.session)
        for length, answer in ((12, b"RFB 003.008\n"), (2, b"\x01"), (4, b"\x01")):
            console.hear(length)
            console.say(answer)
        console.hear(len(INIT))
        return console


class Console:
    """A browser's end of a console, bare, so that what is measured is the other end."""

    def __init__(self, ticket: str, session: str) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(settings.CONSOLE_SOCKET))
        self.sock.settimeout(10)
        lines = (
            f"GET {SOCKET_PATH} HTTP/1.1",
            "Host: localhost",
            "Origin: http://localhost",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            f"Sec-WebSocket-Protocol: {PROTOCOL}, {ticket}",
            f"Cookie: {settings.SESSION_COOKIE_NAME}={session}",
        )
        self.sock.sendall("\r\n".join((*lines, "", "")).encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += self.sock.recv(1)
        if b" 101 " not in answer:
            raise RuntimeError(answer.decode())

    def say(self, data: bytes) -> None:
        """Send up to 125 bytes as a masked binary frame; the mask is zero."""
        self.sock.sendall(bytes([0x82, 0x80 | len(data), 0, 0, 0, 0]) + data)

    def hear(self, length: int) -> None:
        """Read so many bytes of short frames."""
        while length > 0:
            (size,) = self._exactly(2)[1:]
            self._exactly(size)
            length -= size

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            data += self.sock.recv(count - len(data))
        return data


def throughput(sock: socket.socket) -> float:
    """Return how many MB a second arrive, frames included and not looked into."""
    until, begun, size = time.perf_counter() + SECONDS, time.perf_counter(), 0
    while time.perf_counter() < until:
        size += len(sock.recv(1 << 18))
    return size / (time.perf_counter() - begun) / 1e6


def latency(send: Callable[[bytes], None], receive: Callable[[], object]) -> list[float]:
    """Return the microseconds of each of many echoes."""
    times = []
    for _echo in range(ECHOES):
        begun = time.perf_counter()
        send(KEY)
        receive()
        times.append((time.perf_counter() - begun) * 1e6)
    return times


def figures_of(what: str, speed: float, times: list[float], goal: str = "") -> list[Figure]:
    """Return throughput and latency as figures."""
    return [
        Figure("console", f"{what}, throughput", round(speed), "MB/s", goal),
        Figure("console", f"{what}, echo median", round(median(times)), "µs", "", ECHOES),
        Figure("console", f"{what}, echo p99", round(percentile(times, 0.99)), "µs", "", ECHOES),
    ]


def plain(port: int) -> list[Figure]:
    """Measure the TCP copy."""
    echoing = socket.create_connection(("127.0.0.1", port))
    echoing.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    times = latency(echoing.sendall, lambda: echoing.recv(64))
    flooding = socket.create_connection(("127.0.0.1", port))
    flooding.sendall(FLOOD)
    speed = throughput(flooding)
    return figures_of("plain TCP copy", speed, times)


def gateway(opener: Opener) -> list[Figure]:
    """Measure one console."""
    echoing = opener.open()
    times = latency(echoing.say, lambda: echoing.hear(len(KEY)))
    flooding = opener.open()
    flooding.say(FLOOD)
    speed = throughput(flooding.sock)
    for console in (echoing, flooding):
        console.sock.close()
    return figures_of("gateway", speed, times, "0.9 of the copy")


def memory(opener: Opener, pid: int) -> list[Figure]:
    """Measure the gateway's memory with more and more idle consoles."""
    opened: list[Console] = []
    sizes: dict[int, float] = {}
    for count in COUNTS:
        while len(opened) < count:
            opened.append(opener.open())
        time.sleep(1)
        sizes[count] = pss(pid)
    each = (sizes[COUNTS[-1]] - sizes[1]) / (COUNTS[-1] - 1)
    found = [
        Figure("console", f"gateway with {count} consoles", round(size, 1), "MB")
        for count, size in sizes.items()
    ]
    return [*found, Figure("console", "each console", round(each, 2), "MB", "under 0.5 MB")]


def pss(pid: int) -> float:
    """Return the proportional memory of a process in MB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    (size,) = re.findall(r"^Pss:\s+(\d+)", text, re.MULTILINE)
    return int(size) / 1024


def main() -> None:
    """Measure everything."""
    call_command("migrate", verbosity=0)
    python = sys.executable
    redis_socket = settings.RUN_DIR / "redis.sock"
    quiet = {"stdout": subprocess.DEVNULL}
    redis = ("redis-server", "--port", "0", "--unixsocket", str(redis_socket), "--save", "")
    ports = program(python, "-m", "benchmarks.console_display", stdout=subprocess.PIPE)
    with program(*redis, **quiet), ports as display:
        assert display.stdout is not None
        display_port, copier_port = display.stdout.readline().split()
        environment = {**os.environ, "BENCH_DISPLAY": display_port}
        with program(python, "-m", "benchmarks.console_gateway", env=environment) as process:
            wait_until(settings.CONSOLE_SOCKET.exists, timeout=30)
            opener = Opener()
            found = plain(int(copier_port)) + gateway(opener) + memory(opener, process.pid)
    print(as_json(found))


if __name__ == "__main__":
    main()
