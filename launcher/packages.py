"""Which Debian packages does a command need, which are missing, and how do they get here?"""

import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from launcher.words import ProblemError, ask, say, table


@dataclass(frozen=True, slots=True)
class Need:
    """A Debian package and why it is needed."""

    package: str
    why: str


PYTHON = (
    Need("python3-venv", "keeps Guesthouse's Python libraries apart"),
    Need("python3-dev", "compiles the libvirt library for Python"),
    Need("gcc", "compiles the libvirt library for Python"),
    Need("pkg-config", "finds libvirt when compiling"),
    Need("libvirt-dev", "libvirt's headers"),
    Need("gettext", "compiles the translations"),
    Need("redis-server", "carries messages between the processes"),
    Need("tzdata", "the time zones"),
    Need("openssh-client", "reaches hosts over SSH"),
)
HYPERVISOR = (
    Need("libvirt-daemon-system", "runs machines on this computer"),
    Need("libvirt-clients", "virsh, for checks and by hand"),
    Need("qemu-system-x86", "the hypervisor"),
    Need("qemu-utils", "reads and writes disk images"),
    Need("ovmf", "UEFI firmware for machines"),
    Need("swtpm", "TPM for machines"),
    Need("swtpm-tools", "TPM for machines"),
    Need("dnsmasq-base", "addresses on virtual networks"),
    Need("iptables", "translates addresses on virtual networks"),
)
IMAGE = (
    Need("grub-pc-bin", "boots the built-in image by BIOS"),
    Need("grub-efi-amd64-bin", "boots the built-in image by UEFI"),
    Need("grub-common", "makes the built-in image"),
    Need("xorriso", "makes the built-in image"),
    Need("mtools", "makes the built-in image"),
)
DIRECTORY = (
    Need("libldap2-dev", "asks a directory at sign-in"),
    Need("libsasl2-dev", "asks a directory at sign-in"),
)
TESTS = (
    Need("slapd", "a directory to sign in against"),
    Need("ldap-utils", "fills that directory"),
    Need("xmlsec1", "signs for the SAML provider of the tests"),
    Need("postgresql", "a second database, in a folder of the tests' own"),
    Need("chromium", "the browser of the tests"),
    Need("kbd", "makes keyboard layouts for guests of the tests"),
    Need("console-data", "describes those layouts"),
    Need("freerdp2-shadow-x11", "an RDP server that the tests sign in to"),
    Need("xterm", "keeps what is typed on its desktop"),
    Need("openssh-server", "lab hosts are reached over SSH"),
    Need("iproute2", "makes the lab's networks"),
    Need("cpio", "reads archives in tests"),
    Need("util-linux", "makes namespaces"),
    Need("fonts-dejavu-core", "text on screenshots"),
    Need("xscreensaver-screensaver-bsod", "draws screens of failed systems"),
    Need("xvfb", "shows them"),
)
UP: tuple[Need, ...] = PYTHON + HYPERVISOR + IMAGE
DEMO: tuple[Need, ...] = PYTHON
TEST: tuple[Need, ...] = UP + DIRECTORY + TESTS

# Programs that make a package unnecessary when they are already here from elsewhere.
SUBSTITUTES = {
    "redis-server": ("redis-server", "valkey-server"),
    "gcc": ("gcc",),
    "chromium": ("chromium",),
    "postgresql": ("postgres",),
    "pkg-config": ("pkg-config",),
}


def installed(names: Iterable[str]) -> set[str]:
    """Return which of the named packages are installed."""
    done = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return {line.split()[0] for line in done.stdout.splitlines() if line.endswith(" installed")}


def missing(needs: Sequence[Need]) -> list[Need]:
    """Return the needs that this machine does not yet meet."""
    if not shutil.which("dpkg-query"):
        return []
    here = installed(need.package for need in needs)
    return [
        need
        for need in needs
        if need.package not in here
        and not any(shutil.which(name) for name in SUBSTITUTES.get(need.package, ()))
    ]


def install_commands(names: Sequence[str], *, root: bool) -> list[list[str]]:
    """Return the commands that install packages."""
    prefix = [] if root else ["sudo"]
    return [
        [*prefix, "apt-get", "update", "-qq"],
        [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq",
         "--no-install-recommends", "-o", "Dpkg::Use-Pty=0", *names],
    ]  # fmt: skip


def ensure(needs: Sequence[Need], *, yes: bool) -> None:
    """Install what is missing, after saying what and why and asking once.

    Raises ProblemError when it must not, cannot or does not work.
    """
    lacking = missing(needs)
    if not lacking:
        return
    names = [need.package for need in lacking]
    say("Guesthouse needs Debian packages that are not installed yet:")
    say(table([(f"  {need.package}", need.why) for need in lacking]))
    root = os.geteuid() == 0
    by_hand = f"apt-get install --no-install-recommends {' '.join(names)}"
    if not shutil.which("apt-get"):
        raise ProblemError(f"There is no apt here. Install these by hand: {' '.join(names)}")
    if not root and not shutil.which("sudo"):
        raise ProblemError(f"Installing needs root. Run as root: {by_hand}")
    if not ask("Install them now" + ("?" if root else " with sudo?"), yes=yes):
        raise ProblemError(f"Nothing was installed. To do it by hand, as root: {by_hand}")
    for command in install_commands(names, root=root):
        say(f"$ {' '.join(command[:3])} …")
        done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
        if done.returncode and "update" not in command:
            raise ProblemError(f"apt could not install them; see above. By hand: {by_hand}")
