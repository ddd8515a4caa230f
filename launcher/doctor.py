"""What works on this machine, and what is to be done about the rest?"""

import json
import os
import platform
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from launcher import accelerated, daemon, packages, places
from launcher.site import Site
from launcher.words import ProblemError, say, table

GIB = 1024**3
WANTED_SPACE = 10 * GIB


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. State is "ok", "limited" (works with less) or "missing"."""

    key: str
    title: str
    state: str
    found: str
    advice: str = ""


def doctor(here: places.Places, *, port: int, as_json: bool) -> int:
    """Print all checks; return 0 when nothing that Guesthouse cannot do without is missing."""
    checks = [look() for look in looks(here, port)]
    if as_json:
        say(json.dumps({"checks": [asdict(check) for check in checks]}, indent=1))
    else:
        say(table([("", "Check", "Found"), *[(c.state, c.title, c.found) for c in checks]]))
        advised = [check for check in checks if check.advice]
        if advised:
            say("\nWhat to do:")
            say(table([(f"  {check.title}", check.advice) for check in advised]))
    return 1 if any(check.state == "missing" for check in checks) else 0


def looks(here: places.Places, port: int) -> list[Callable[[], Check]]:
    """Return every check, in the order in which one would mend things."""
    return [
        python, debian_packages, redis, system_libvirt, emulation, kvm, default_network,
        lambda: space(here), lambda: web_port(port), lambda: saml(here), video, browser, lab,
    ]  # fmt: skip


def python() -> Check:
    """Look at Python; an older one never gets here."""
    found = f"{platform.python_version()} ({sys.executable})"
    return Check("python", "Python 3.11 or newer", "ok", found)


def debian_packages() -> Check:
    """Look for the packages that `up` installs."""
    title = "Debian packages"
    lacking = [need.package for need in packages.missing(packages.UP)]
    if not lacking:
        return Check("packages", title, "ok", "all installed")
    return Check("packages", title, "missing", ", ".join(lacking),
                 "./guesthouse up installs them (or --yes, to be asked nothing)")  # fmt: skip


def redis() -> Check:
    """Look for a Redis: the one of REDIS_URL, or a program to start."""
    title = "Redis"
    if url := places.setting("REDIS_URL"):
        if _redis_answers(url):
            return Check("redis", title, "ok", "answers at REDIS_URL")
        return Check("redis", title, "missing", "nothing answers at REDIS_URL",
                     "start it, or unset REDIS_URL to have a private one")  # fmt: skip
    if program := shutil.which("redis-server") or shutil.which("valkey-server"):
        return Check("redis", title, "ok", f"{program}, started privately")
    return Check("redis", title, "missing", "not installed", "apt-get install redis-server")


def _redis_answers(url: str) -> bool:
    parts = urlsplit(url)
    unix = parts.scheme in {"unix", "redis+socket"}
    target = parts.path if unix else (parts.hostname or "localhost", parts.port or 6379)
    with socket.socket(socket.AF_UNIX if unix else socket.AF_INET) as probe:
        probe.settimeout(2)
        try:
            probe.connect(target)
            probe.sendall(b"PING\r\n")
            return bool(probe.recv(64))
        except OSError:
            return False


def system_libvirt() -> Check:
    """Look for the system's libvirt, then for the session's."""
    title = "libvirt"
    if daemon.system_answers():
        return Check("libvirt", title, "ok", f"system, {_libvirt_version('qemu:///system')}")
    if not shutil.which("libvirtd") and not shutil.which("virtqemud"):
        return Check("libvirt", title, "missing", "not installed",
                     "apt-get install libvirt-daemon-system")  # fmt: skip
    if os.geteuid() == 0:
        return Check("libvirt", title, "limited", "installed, not running",
                     "./guesthouse up starts it")  # fmt: skip
    return Check("libvirt", title, "limited", "the session's only",
                 "for the system's: usermod -aG libvirt USER, and sign in again")  # fmt: skip


def _libvirt_version(uri: str) -> str:
    done = _run("virsh", "-q", "-c", uri, "version")
    line = next((line for line in done.splitlines() if "library" in line), "version unknown")
    return line.rpartition(":")[2].strip()


def _run(*command: str) -> str:
    """Return what a command prints; nothing when it is missing, fails or is too slow."""
    try:
        return subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=15,
            stdin=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C"},
        ).stdout  # fmt: skip
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return ""


def emulation() -> Check:
    """Run a guest by emulation."""
    title = "A guest by emulation"
    tried = accelerated.try_emulation()
    if tried.works:
        return Check("emulation", title, "ok", "ran")
    return Check("emulation", title, "missing", tried.reason, "apt-get install qemu-system-x86")


def kvm() -> Check:
    """Run a guest with KVM."""
    title = "A guest with KVM"
    tried = accelerated.try_kvm()
    if tried.works:
        return Check("kvm", title, "ok", f"ran with CPU model {tried.cpu}")
    return Check("kvm", title, "limited", tried.reason,
                 "machines are emulated, which is slow; switch virtualisation on in the firmware, "
                 "or nested virtualisation in the outer machine")  # fmt: skip


def default_network() -> Check:
    """Look at the network `default` of the system's libvirt."""
    title = "Network default"
    if not daemon.system_answers():
        return Check("network", title, "limited", "libvirt does not run", "")
    listing = _run("virsh", "-q", "-c", "qemu:///system", "net-list", "--all").splitlines()
    state = next((line.split()[1] for line in listing if line.split()[:1] == ["default"]), "none")
    if state == "active":
        return Check("network", title, "ok", "active")
    advice = "./guesthouse up starts it the first time; by hand: virsh net-start default"
    return Check("network", title, "limited", state, advice)


def space(here: places.Places) -> Check:
    """Look at the room for images."""
    title = "Room for disks"
    folders = [Path("/var/lib/libvirt/images"), here.data]
    parts = []
    free_least = WANTED_SPACE
    for folder in folders:
        while not folder.exists():
            folder = folder.parent
        free = shutil.disk_usage(folder).free
        free_least = min(free, free_least)
        parts.append(f"{free / GIB:.0f} GiB free in {folder}")
    if free_least >= WANTED_SPACE:
        return Check("space", title, "ok", ", ".join(parts))
    return Check("space", title, "limited", ", ".join(parts), "10 GiB or more is comfortable")


def web_port(port: int) -> Check:
    """Look whether the web port can be listened on."""
    title = f"Port {port}"
    try:
        places.check_port("127.0.0.1", port)
    except ProblemError:
        return Check("port", title, "limited", "in use (by Guesthouse itself?)",
                     "./guesthouse up --port N")  # fmt: skip
    return Check("port", title, "ok", "free")


def saml(here: places.Places) -> Check:
    """Look whether the organisation's sign-in by SAML would work, where it is set."""
    title = "Sign-in by SAML"
    if not places.setting("GUESTHOUSE_SAML_METADATA"):
        return Check("saml", title, "ok", "off")
    if not places.VENV_PYTHON.exists():
        return Check("saml", title, "limited", "the libraries are not installed yet",
                     "./guesthouse up installs them")  # fmt: skip
    try:
        said = json.loads(Site(here, places.site_environment(here)).manage("check_saml"))
    except ProblemError as error:
        return Check("saml", title, "missing", str(error), "mend the setting that it names")
    return Check("saml", title, said["state"], said["found"], said["advice"])


def video() -> Check:
    """Look whether recordings of screens can be made into videos."""
    title = "Videos of recordings"
    if places.VENV_PYTHON.exists() and _run(str(places.VENV_PYTHON), "-c", "import av; print(1)"):
        return Check("video", title, "ok", "PyAV is installed")
    if places.is_on("GUESTHOUSE_VIDEO"):
        return Check("video", title, "limited", "PyAV is not installed yet",
                     "./guesthouse up installs it")  # fmt: skip
    return Check("video", title, "ok", "off; GUESTHOUSE_VIDEO=on installs PyAV (36 MB)")


def browser() -> Check:
    """Look for the browser of the tests."""
    title = "Chromium (tests)"
    if program := shutil.which("chromium"):
        return Check("browser", title, "ok", program)
    return Check("browser", title, "limited", "not installed", "./guesthouse test installs it")


def lab() -> Check:
    """Look whether this user can make namespaces for the lab."""
    title = "Lab of hosts (tests)"
    if os.geteuid() == 0:
        return Check("lab", title, "ok", "root, so namespaces can be made")
    return Check("lab", title, "limited", "not root", "run lab tests with sudo")
