"""What does the first process of a lab host's namespaces do?

Run as `python inside.py FOLDER NAME` in new mount, network, process and name namespaces. It puts
private folders in place, says that it is ready, and then only collects dead children: a QEMU that
stayed a zombie would look alive to libvirt.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

PRIVATE = {
    "run": "/run",
    "lib": "/var/lib/libvirt",
    "etc": "/etc/libvirt",
    "cache": "/var/cache/libvirt",
    "log": "/var/log/libvirt",
    "hosts": "/etc/hosts",
    "nsswitch.conf": "/etc/nsswitch.conf",
    "ssh_config": "/etc/ssh/ssh_config",
}
DEVICES = ("null", "zero", "full", "random", "urandom", "tty", "net/tun", "vhost-net", "fuse")
LINKS = {
    "ptmx": "pts/ptmx",
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
}


def main(folder: Path, name: str) -> None:
    """Prepare the namespaces and stay until killed."""
    for part, place in PRIVATE.items():
        if (folder / part).is_dir():
            Path(place).mkdir(parents=True, exist_ok=True)
        mount("--bind", str(folder / part), place)
    make_devices(folder / "dev")
    # A /sys of the new network namespace, with the control groups still in it.
    mount("-t", "sysfs", "sysfs", "/sys")
    socket.sethostname(name)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    (folder / "ready").write_text(f"{os.getpid()}\n")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        try:
            os.wait()
        except ChildProcessError:
            time.sleep(0.2)


def make_devices(new: Path) -> None:
    """Put a /dev without kvm in place: on nested machines the device is there and does not work.

    A /dev/null in its place would do, but libvirt would then ask QEMU for its capabilities at every
    start of a guest, which takes 7 s: it sees a usable device that QEMU did not find.
    """
    mount("-t", "tmpfs", "-o", "mode=755", "dev", str(new))
    for name in DEVICES:
        if Path("/dev", name).exists():
            (new / name).parent.mkdir(exist_ok=True)
            (new / name).touch()
            mount("--bind", f"/dev/{name}", str(new / name))
    for name, target in LINKS.items():
        (new / name).symlink_to(target)
    (new / "shm").mkdir()
    (new / "pts").mkdir()
    mount("-t", "tmpfs", "-o", "mode=1777", "shm", str(new / "shm"))
    mount("-t", "devpts", "-o", "newinstance,ptmxmode=0666,gid=5", "devpts", str(new / "pts"))
    mount("--rbind", str(new), "/dev")


def mount(*words: str) -> None:
    """Call mount(8)."""
    subprocess.run(["mount", *words], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
