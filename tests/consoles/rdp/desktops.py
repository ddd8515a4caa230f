"""A real desktop with a real RDP server: FreeRDP's shadow server shows an X server.

A terminal on it keeps what is typed in a file, and what the buttons of the pointer do there.
"""

import os
import signal
import socket
import subprocess
from pathlib import Path

from tests.lab.waiting import wait_until

USER, PASSWORD = "vera", "Lantern 42!"
HASHED = "13fb5a34ec7ba112368faf4e80e9db7c"  # the password as NTLM keeps it
SIZE = (1024, 768)


class Desktop:
    """Runs until `close`. `security` is tls, nla or rdp; `prefix` leads into another namespace.

    Where it `asks`, a server with TLS knows nobody (the users of this machine), after its desktop
    was shown.
    """

    def __init__(
        self,
        folder: Path,
        security: str = "nla",
        port: int = 0,
        prefix: tuple[str, ...] = (),
        *,
        asks: bool = False,
    ) -> None:
        self.folder = folder
        self.security = security
        self.asks = asks
        self.port = port or free_port()
        self.typed = folder / "typed"
        self._prefix = prefix
        self._running: list[subprocess.Popen[bytes]] = []
        self._server: subprocess.Popen[bytes] | None = None
        (folder / "sam").write_text(f"{USER}:::{HASHED}:::\n")
        self.display = f":{self._screen()}"
        self._run(
            "xterm", "-u8", "-geometry", "90x24+40+40", "-fa", "DejaVu Sans Mono", "-fs", "12",
            "-e", f"printf '\\033[?1000h'; cat > {self.typed}",
        )  # fmt: skip
        wait_until(self.typed.exists, what="the terminal is there")
        self.serve()

    def _screen(self) -> str:
        """Start the X server and return the number that it found free."""
        ours, theirs = os.pipe()
        width, height = SIZE
        self._running.append(
            subprocess.Popen(
                ["Xvfb", "-displayfd", str(theirs), "-screen", "0", f"{width}x{height}x24",
                 "-nolisten", "tcp"],
                pass_fds=[theirs], stderr=subprocess.DEVNULL,
            )
        )  # fmt: skip
        os.close(theirs)
        with os.fdopen(ours) as said:
            return said.readline().strip()

    def _environment(self) -> dict[str, str]:
        return os.environ | {"DISPLAY": self.display, "HOME": str(self.folder), "LANG": "C.UTF-8"}

    def _run(self, *command: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command, env=self._environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._running.append(process)
        return process

    def serve(self) -> None:
        """Start the RDP server, which makes itself a certificate where it has none."""
        self._server = self._run(
            *self._prefix, "freerdp-shadow-cli", f"/port:{self.port}",
            f"/sam-file:{self.folder / 'sam'}", f"/sec:{self.security}",
            "+auth" if self.asks else "-auth",
        )  # fmt: skip
        wait_until(lambda: self.is_up(), timeout=20, what="the RDP server listens")

    def is_up(self) -> bool:
        """Say whether the server listens, seen from where it runs."""
        command = [*self._prefix, "ss", "-Htln", f"sport = :{self.port}"]
        return bool(subprocess.run(command, capture_output=True, check=True).stdout.strip())

    def stop_serving(self) -> None:
        """End the server; the desktop stays."""
        if self._server is not None:
            self._server.terminate()
            self._server.wait(timeout=10)

    def renew_certificate(self) -> None:
        """Start the server anew with another certificate, as after a new installation."""
        self.stop_serving()
        for path in (self.folder / ".config").rglob("shadow.*"):
            path.unlink()
        self.serve()

    def lay_out(self, layout: str) -> None:
        """Give the keyboard another layout."""
        subprocess.run(["setxkbmap", layout], env=self._environment(), check=True)

    def read(self) -> str:
        """Return what was typed and ended by Enter."""
        return self.typed.read_text()

    def close(self) -> None:
        """End everything."""
        for process in reversed(self._running):
            process.send_signal(signal.SIGTERM)
        for process in self._running:
            process.wait(timeout=10)


def free_port() -> int:
    """Return a port that nobody uses right now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
