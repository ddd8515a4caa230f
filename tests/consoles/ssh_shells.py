"""An SSH server of our own, also as a process: `python -m tests.consoles.ssh_shells`."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import asyncssh

PASSWORD = "lantern-42"
Process = Any  # asyncssh.SSHServerProcess[bytes]
Shell = Callable[[Process], Awaitable[None]]


async def echo(process: Process) -> None:
    """Write back each line that is typed, until "exit", and each other size of the terminal."""
    process.stdout.write(b"ready\r\n")
    typed = b""
    while True:
        try:
            data = await process.stdin.read(4096)
        except asyncssh.TerminalSizeChanged as changed:
            process.stdout.write(f"now {changed.width}x{changed.height}\r\n".encode())
            continue
        *lines, typed = (typed + data.replace(b"\r", b"\n")).split(b"\n")
        if not data or b"exit" in lines:
            process.exit(0)
            return
        process.stdout.write(b"".join(b"> " + line + b"\r\n" for line in lines))


async def yes(process: Process) -> None:
    """Write without end."""
    while True:
        process.stdout.write(b"y\r\n" * 5000)
        await process.stdout.drain()


class Server(asyncssh.SSHServer):
    """Lets in who knows the password or has the key."""

    banner = ""
    keys: tuple[str, ...] = ()
    methods: tuple[str, ...] = ("password",)

    def connection_made(self, conn: Any) -> None:
        self.conn = conn

    def begin_auth(self, username: str) -> bool:
        if self.banner:
            self.conn.send_auth_banner(self.banner)
        return True

    def password_auth_supported(self) -> bool:
        return "password" in self.methods

    def kbdint_auth_supported(self) -> bool:
        return "kbdint" in self.methods

    def public_key_auth_supported(self) -> bool:
        return "key" in self.methods

    def validate_public_key(self, username: str, key: Any) -> bool:
        return key.export_public_key().decode().strip() in self.keys

    def validate_password(self, username: str, password: str) -> Any:
        return password == PASSWORD


class Running:
    """A loop in a thread, and servers in it."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self.key = asyncssh.generate_private_key("ssh-ed25519")

    def ask(self, question: Any, timeout: float = 20) -> Any:
        return asyncio.run_coroutine_threadsafe(question, self.loop).result(timeout)

    def serve(self, server: type[Server] = Server, shell: Shell = echo, **more: Any) -> int:
        """Return the port at which a server listens."""

        async def listen() -> int:
            listener = await asyncssh.listen(
                "127.0.0.1", 0, server_factory=server, process_factory=shell, encoding=None,
                server_host_keys=[self.key], line_editor=False, **more,
            )  # fmt: skip
            return int(listener.get_port())

        return int(self.ask(listen()))

    def end(self) -> None:
        async def cancel() -> None:
            mine = asyncio.current_task()
            rest = [one for one in asyncio.all_tasks() if one is not mine]
            for one in rest:
                one.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

        self.ask(cancel())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)


@contextmanager
def running() -> Iterator[Running]:
    made = Running()
    yield made
    made.end()


def main() -> None:
    """Serve until the end, and print the ports of a quiet shell and of one that floods."""
    made = Running()
    print(made.serve(), made.serve(shell=yes), flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
