"""A real OpenSSH server with PAM, with an /etc and users of its own, in a mount namespace."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher.tiny.packages import unpacked
from tests.lab.space import run
from tests.lab.waiting import wait_until

USER = "carol"
CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
PidFile none
UsePAM yes
KbdInteractiveAuthentication yes
PasswordAuthentication no
PrintMotd no
Banner {folder}/banner
"""
PAM = """\
auth required pam_unix.so nodelay
{second}
account required pam_unix.so
password required pam_unix.so sha512 minlen=4
session required pam_permit.so
session optional pam_motd.so motd=/etc/motd noupdate
"""
SCRIPT = """\
mount --bind {folder}/etc /etc && mount -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd &&
exec /usr/sbin/sshd -D -e -f {folder}/sshd_config
"""


@contextmanager
def openssh(
    folder: Path, password: str, *, secret: str = "", is_expired: bool = False
) -> Iterator[int]:
    """Run a server, and yield its port. `secret` asks for a time-based code as well."""
    run(["cp", "-a", "/etc", str(folder / "etc")])
    hashed = run(["openssl", "passwd", "-6", password]).strip()
    last = "0" if is_expired else "20000"
    with (folder / "etc" / "passwd").open("a") as users:
        users.write(f"{USER}:x:64001:64001::/:/bin/sh\n")
    with (folder / "etc" / "shadow").open("a") as shadow:
        shadow.write(f"{USER}:{hashed}:{last}:0:99999:7:::\n")
    (folder / "etc" / "motd").write_text("Mind the gap today.\n")
    (folder / "banner").write_text("Authorised people only.\n")
    second = _second_step(folder, secret) if secret else ""
    (folder / "etc" / "pam.d" / "sshd").write_text(PAM.format(second=second))
    run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "host_key")])
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    (folder / "sshd_config").write_text(CONFIG.format(port=port, folder=folder))
    with (folder / "sshd.log").open("wb") as log:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork",
             "--kill-child", "--mount-proc", "--propagation", "private",
             "sh", "-c", SCRIPT.format(folder=folder)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        wait_until(lambda: "listening" in (folder / "sshd.log").read_text(), what="sshd listens")
        yield port
    finally:
        process.kill()
        process.wait(timeout=10)


def _second_step(folder: Path, secret: str) -> str:
    """Return the line that asks for a code, by Debian's module for it."""
    module = folder / "pam_google_authenticator.so"
    with unpacked(("libpam-google-authenticator",)) as tree:
        shutil.copy(next(tree.rglob(module.name)), module)
    place = folder / "code"
    place.write_text(f'{secret}\n" WINDOW_SIZE 17\n" TOTP_AUTH\n')
    place.chmod(0o400)
    return f"auth required {module} user=root secret={place}"
