"""Which libvirt does this machine offer, and how is it started where nobody starts services?"""

import grp
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

from launcher.words import ProblemError, say

SYSTEM_SOCKETS = (Path("/run/libvirt/libvirt-sock"), Path("/run/libvirt/virtqemud-sock"))
KVM = Path("/dev/kvm")
START_SECONDS = 60


def system_answers() -> bool:
    """Tell whether the system's libvirt serves this user.

    Where polkit decides, its socket takes everybody's connection and refuses only then.
    """
    if not any(_connects(path) for path in SYSTEM_SOCKETS):
        return False
    return os.geteuid() == 0 or _lets_in()


def _lets_in() -> bool:
    """Tell whether libvirt lets this user in without asking on the terminal."""
    try:
        done = subprocess.run(
            ["virsh", "-q", "-c", "qemu:///system", "version"], check=False, timeout=10,
            capture_output=True, stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _connects(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(3)
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def has_service_manager() -> bool:
    """Tell whether systemd runs this machine."""
    return Path("/run/systemd/system").is_dir()


def ensure_libvirt() -> str:
    """Return the URI of the local libvirt, started if need be.

    The system's when this user may use it, else the user's own session. A daemon started here
    stays when Guesthouse stops: its machines are not Guesthouse's to stop.
    """
    if not system_answers() and os.geteuid() == 0:
        _start_with_systemd() if has_service_manager() else _start_by_hand()
    if system_answers():
        return "qemu:///system"
    say(
        "Using the session libvirt of this user, which has no networks of its own. For the "
        "system's, add the user to the group libvirt, sign in again and start again."
    )
    return "qemu:///session"


def _start_with_systemd() -> None:
    say("Starting the libvirt service.")
    done = subprocess.run(["systemctl", "enable", "--now", "libvirtd.service"], check=False)
    if done.returncode:
        raise ProblemError("systemd could not start libvirt: see 'systemctl status libvirtd'.")
    _wait_for_system()


def _start_by_hand() -> None:
    """Start libvirt's daemons as a service manager would, and give KVM's device its group."""
    if not shutil.which("libvirtd"):
        raise ProblemError("libvirtd is not installed: apt-get install libvirt-daemon-system.")
    say("No service manager runs here: starting virtlogd and libvirtd. They stay when you stop.")
    _open_kvm_to_group()
    Path("/run/libvirt").mkdir(exist_ok=True)
    for name in ("virtlogd", "libvirtd"):
        if _is_running(name):
            continue
        done = subprocess.run([name, "-d"], check=False, capture_output=True, text=True)
        if done.returncode:
            raise ProblemError(f"{name} did not start: {done.stderr.strip()}")
    _wait_for_system()


def _is_running(name: str) -> bool:
    """Tell whether a daemon's pid file names a living process of that name."""
    try:
        pid = int(Path(f"/run/{name}.pid").read_text())
        return Path(f"/proc/{pid}/comm").read_text().strip() == name
    except (OSError, ValueError):
        return False


def _open_kvm_to_group() -> None:
    """Do what udev does at boot: let the group kvm use /dev/kvm.

    Without it libvirt asks QEMU for its capabilities anew at each start of a machine, because what
    root found is not what the machine's user finds. That takes over a minute on a nested host.
    """
    if KVM.exists() and KVM.stat().st_gid == 0:
        try:
            group = grp.getgrnam("kvm").gr_gid
        except KeyError:
            return
        os.chown(KVM, 0, group)
        KVM.chmod(0o660)


def _wait_for_system() -> None:
    deadline = time.monotonic() + START_SECONDS
    while not system_answers():
        if time.monotonic() > deadline:
            raise ProblemError("libvirtd was started but does not answer; see its log.")
        time.sleep(0.1)


def furnish(uri: str) -> None:
    """Make sure that a first machine has somewhere to live: pool and network `default`.

    Done once, when the local host is added; what is there already is left as it is.
    """
    if not virsh(uri, "pool-list", "--all", "--name").strip():
        folder = (
            Path("/var/lib/libvirt/images")
            if uri.endswith("system")
            else Path("~/.local/share/libvirt/images").expanduser()
        )
        say(f"Making the storage pool default in {folder}.")
        virsh(uri, "pool-define-as", "default", "dir", "--target", str(folder))
        virsh(uri, "pool-build", "default")
        virsh(uri, "pool-start", "default")
        virsh(uri, "pool-autostart", "default")
    inactive = virsh(uri, "net-list", "--inactive", "--name").split()
    if uri.endswith("system") and "default" in inactive:
        say("Starting the network default.")
        virsh(uri, "net-start", "default")
        virsh(uri, "net-autostart", "default")


def virsh(uri: str, *words: str) -> str:
    """Run virsh and return its output; what fails is told and does not stop the start."""
    command = ["virsh", "-q", "-c", uri, *words]
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=120,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        say(f"libvirt did not answer to '{' '.join(words)}' within two minutes.")
        return ""
    if done.returncode:
        say(f"libvirt: {done.stderr.strip()}")
    return done.stdout
