"""How does a lab guest get an SSH server? Debian's dropbear goes in by the guest's agent."""

import base64
import io
import json
import secrets
import tarfile
from pathlib import Path

from launcher.tiny.initramfs import default_cache, locked
from launcher.tiny.packages import candidate_versions, digest_of, unpacked
from tests.lab.guest import Guest
from tests.lab.space import run
from tests.lab.waiting import wait_until

PACKAGES = ("dropbear-bin", "libtomcrypt1", "libtommath1", "libgmp10", "libcrypt1", "zlib1g")
PROGRAMS = ("usr/sbin/dropbear", "usr/bin/dropbearkey")
SETUP = """\
cd / && tar xzf /tmp/dropbear.tar.gz && mkdir -p /etc/dropbear
{start}
"""
START = """\
export LD_LIBRARY_PATH=/opt/dropbear
rm -f /etc/dropbear/*
/opt/dropbear/dropbearkey -t ed25519 -f /etc/dropbear/dropbear_ed25519_host_key
kill $(cat /run/dropbear.pid) 2>/dev/null
sleep 1
/opt/dropbear/dropbear -r /etc/dropbear/dropbear_ed25519_host_key -P /run/dropbear.pid -p {port}
echo {token} > /run/dropbear.ready
"""


def serve_ssh(guest: Guest, password: str, port: int = 22) -> str:
    """Run an SSH server in a guest with a network, and return the guest's address."""
    guest.wait_agent()
    guest.put("/tmp/dropbear.tar.gz", archive().read_bytes())
    token = secrets.token_hex(4)
    start = START.format(port=port, token=token)
    hashed = run(["openssl", "passwd", "-6", password]).strip()
    guest.put("/etc/passwd", f"root:{hashed}:0:0:root:/root:/bin/sh\n".encode())
    guest.shell(SETUP.format(start=start))
    _wait(guest, token)
    return address_of(guest)


def change_host_key(guest: Guest, port: int = 22) -> None:
    """Start the server anew with another host key, as after a new installation."""
    token = secrets.token_hex(4)
    guest.shell(START.format(port=port, token=token))
    _wait(guest, token)


def address_of(guest: Guest) -> str:
    """Return the address that the host's network has lent to the guest."""

    def addresses() -> list[str]:
        lines = guest.host.virsh("domifaddr", guest.name, check=False).split()
        return [word.split("/")[0] for word in lines if "/" in word]

    wait_until(lambda: bool(addresses()), timeout=60, what=f"{guest.name} has an address")
    return addresses()[0]


def read(guest: Guest, path: str) -> str:
    """Return a text of the guest, "" where there is no such file."""
    question = json.dumps({"execute": "guest-file-open", "arguments": {"path": path}})
    answer = guest.host.virsh("qemu-agent-command", guest.name, question, check=False)
    if "return" not in answer:
        return ""
    handle = json.loads(answer)["return"]
    said = guest.agent("guest-file-read", handle=handle)
    guest.agent("guest-file-close", handle=handle)
    return base64.b64decode(said["buf-b64"]).decode()


def _wait(guest: Guest, token: str) -> None:
    wait_until(
        lambda: token in read(guest, "/run/dropbear.ready"), timeout=60, every=0.5,
        what=f"{guest.name} has an SSH server",
    )  # fmt: skip


def archive() -> Path:
    """Return the server with its libraries, from Debian's packages; made once."""
    folder = default_cache() / "dropbear"
    with locked(folder):
        path = folder / f"{digest_of(candidate_versions(PACKAGES))}.tar.gz"
        if not path.exists():
            data = io.BytesIO()
            with unpacked(PACKAGES) as tree, tarfile.open(fileobj=data, mode="w:gz") as tar:
                for found in [tree / one for one in PROGRAMS] + list(tree.rglob("lib*.so.*")):
                    tar.add(found.resolve(), f"opt/dropbear/{found.name}")
            path.write_bytes(data.getvalue())
    return path
