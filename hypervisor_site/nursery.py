"""Load the portal's code once and fork every Python process of `./guesthouse up` from it.

Forked processes share the memory of what was loaded before: the stack takes about half. Nothing
but code may exist here: no thread, no connection, no database, no libvirt handle; it says so and
ends when it finds one. The launcher speaks to it through a socket (`launcher.nursery`), one JSON
object each way: `{"id", "command"}` with the descriptor to print to, `{"id", "pid"}` back at once
and `{"pid", "code"}` when that process has ended. A command is run as Python would run it: `-m
MODULE` or a script, with the arguments after it.
"""

import ctypes
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import sys
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
MOST_REQUEST = 64 * 1024
CODE = (
    "hypervisor_site.asgi",
    "hypervisor_site.urls",
    "celery.bin.celery",
    "celery.bin.worker",
    "celery.bin.beat",
    "celery.apps.worker",
    "celery.apps.beat",
    "celery.concurrency.thread",
    "celery.concurrency.prefork",
    "celery.worker.autoscale",
    "celery.worker.consumer",
    "kombu.transport.redis",
    "uvicorn.main",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
    "channels_redis.pubsub",
    "consoles.gateway.server",
    "hosts.watching.supervisor",
    "django.core.cache.backends.db",
    "django.contrib.sessions.backends.db",
    "django.contrib.staticfiles.storage",
)


def load() -> None:
    """Import what the processes import, and lay it aside so that collecting does not touch it."""
    gc.disable()
    for name in CODE:
        importlib.import_module(name)
    from hypervisor_site.celery import app

    app.loader.import_default_modules()
    gc.collect()
    gc.freeze()


def strangers(own: int) -> list[str]:
    """Return what must not be there before a fork: further threads, sockets beside `own`."""
    tasks = len(list(Path("/proc/self/task").iterdir()))
    found = [f"{tasks} threads"] if tasks > 1 else []
    for entry in Path("/proc/self/fd").iterdir():
        if int(entry.name) > 2 and int(entry.name) != own and _is_socket(entry):
            found.append(f"socket {entry.name}")
    return found


def _is_socket(entry: Path) -> bool:
    try:
        return str(entry.readlink()).startswith("socket:")
    except FileNotFoundError:
        return False


class Nursery:
    """Fork on request until the launcher closes its end."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.pid = os.getpid()
        self._wake, self._woken = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def serve(self) -> list[str] | None:
        """Return a command in each process that is to run it, None in the nursery at its end."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._woken, warn_on_full_buffer=False)
        with selectors.DefaultSelector() as waiting:
            waiting.register(self.line, selectors.EVENT_READ)
            waiting.register(self._wake, selectors.EVENT_READ)
            while True:
                ready = {key.fd for key, _events in waiting.select()}
                if self._wake in ready:
                    os.read(self._wake, 4096)
                    self._tell_ended()
                if self.line.fileno() in ready:
                    request, output = self._receive()
                    if request is None:
                        return None
                    if (command := self._fork(request, output)) is not None:
                        return command

    def _receive(self) -> tuple[dict[str, Any] | None, int]:
        data, descriptors, _flags, _address = socket.recv_fds(self.line, MOST_REQUEST, 1)
        if not data:
            return None, -1
        return json.loads(data), descriptors[0]

    def _fork(self, request: dict[str, Any], output: int) -> list[str] | None:
        """Fork; return the command in the child and None here."""
        if pid := os.fork():
            os.close(output)
            self._say({"id": request["id"], "pid": pid})
            return None
        self._leave(output)
        return list(request["command"])

    def _leave(self, output: int) -> None:
        """Become a process of its own that ends with the nursery."""
        os.setsid()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != self.pid:
            os._exit(1)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number in (1, 2):
            os.dup2(output, number)
        for descriptor in (output, self._wake, self._woken):
            os.close(descriptor)
        self.line.close()
        gc.enable()

    def _tell_ended(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self._say({"pid": pid, "code": os.waitstatus_to_exitcode(status)})

    def _say(self, message: dict[str, int]) -> None:
        try:
            self.line.send(json.dumps(message).encode())
        except (BrokenPipeError, ConnectionResetError):
            return  # the launcher is gone; the next look at the socket ends us


def show_as(command: list[str]) -> None:
    """Let `ps` show the command, written over the nursery's own arguments as far as they reach."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    begin, end = int(fields[45]), int(fields[46])
    room = end - begin - 1
    ctypes.memmove(begin, "\0".join(command).encode()[:room].ljust(room, b"\0"), room)


def run(command: list[str]) -> None:
    """Do what `python COMMAND` does, in this process."""
    show_as([sys.executable, *command])
    if command[0] == "-m":
        sys.argv = [command[1], *command[2:]]
        runpy.run_module(command[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = command
        runpy.run_path(command[0], run_name="__main__")


def main(descriptor: int) -> None:
    """Load, look around, fork on request."""
    line = socket.socket(fileno=descriptor)
    load()
    if found := strangers(descriptor):
        sys.exit(f"not fit to fork: {', '.join(found)}")
    if command := Nursery(line).serve():
        run(command)


if __name__ == "__main__":
    main(int(sys.argv[1]))
