"""The gateway as its own process."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.lab.waiting import wait_until

ROOT = Path(__file__).parents[2]


def answers(path: Path) -> bool:
    """Say whether a gateway answers at its socket."""
    with socket.socket(socket.AF_UNIX) as sock:
        if sock.connect_ex(str(path)):
            return False
        sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        return b" 200 " in sock.recv(4096)


def test_it_starts_answers_and_ends_in_order(tmp_path):
    environment = os.environ | {"GUESTHOUSE_DATA": str(tmp_path)}
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "migrate", "-v", "0"], env=environment, check=True)
    process = subprocess.Popen([*manage, "console_gateway"], env=environment)
    path = tmp_path / "run/console.sock"
    wait_until(lambda: answers(path), timeout=20)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    assert not path.exists()
