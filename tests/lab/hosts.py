"""What is one libvirt host of the lab, and which faults can it have?"""

import os
import shlex
import signal
import subprocess
import uuid
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.lab import config
from tests.lab.space import LabError, bridge_name, kill_space, run, start_ticks
from tests.lab.waiting import wait_until
from virt.uri import HostAddress, Transport

INSIDE = Path(__file__).with_name("inside.py")
PYTHON = "/usr/bin/python3"


@dataclass(frozen=True, slots=True)
class SshAccess:
    """How one signs in to a lab host: key and address."""

    address: str
    port: int
    user: str
    key: Path


class LabHost:
    """One libvirt host in namespaces of this machine; made and removed by its Lab."""

    def __init__(self, number: int, index: int, folder: Path, key: Path) -> None:
        self.number, self.index = number, index
        self.name = f"hv{index}"
        self.folder = folder / self.name
        self.ip = f"10.99.{number}.{index}"
        self.uuid = str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{self.name}.{number}.lab.guesthouse"))
        self.ssh = SshAccess(self.ip, 22, "root", key)
        self._link = f"{bridge_name(number)}v{index}"
        self._unshare: subprocess.Popen[bytes] | None = None
        self._init_pid = 0

    def __repr__(self) -> str:
        return f"<LabHost {self.name} {self.ip}>"

    # Addresses

    @property
    def socket_path(self) -> Path:
        """Return libvirt's socket, seen from outside the namespaces."""
        return self.folder / "run/libvirt/libvirt-sock"

    @property
    def tcp_address(self) -> tuple[str, int]:
        """Return where libvirt listens, unencrypted and without a password."""
        return self.ip, 16509

    @property
    def uri(self) -> str:
        """Return the libvirt URI over the socket."""
        return f"qemu+unix:///system?socket={self.socket_path}"

    def address(self, transport: str = "local", known_hosts: str = "") -> HostAddress:
        """Return the address that `virt` connects to: "local" (the socket), "tcp", "tls", "ssh"."""
        match Transport(transport):
            case Transport.LOCAL:
                return HostAddress(Transport.LOCAL, socket=str(self.socket_path))
            case Transport.TCP:
                return HostAddress(Transport.TCP, hostname=self.ip)
            case Transport.SSH:
                return HostAddress(
                    Transport.SSH, hostname=self.ip, username=self.ssh.user,
                    keyfile=str(self.ssh.key), known_hosts=known_hosts,
                )  # fmt: skip
            case Transport.TLS:
                return HostAddress(Transport.TLS, hostname=self.ip, pki=str(self.pki))
            case other:
                raise ValueError(f"A lab host is not reached over {other}.")

    @property
    def pki(self) -> Path:
        """Return the folder of the certificates with which one comes by TLS."""
        return self.folder.parent / "pki/client"

    @property
    def images(self) -> Path:
        """Return the folder of the pool `default`, seen from outside."""
        return self.folder / "lib/images"

    # Making and removing

    def start(self) -> None:
        """Make the namespaces, the link, sshd and libvirtd; return once libvirt answers."""
        self.folder.mkdir()
        config.write_config(
            self.folder, address=self.ip, uuid=self.uuid, keys=self.folder.parent / "key.pub",
            pki=self.folder.parent / "pki",
        )  # fmt: skip
        self._make_space()
        self._make_link()
        self.inside("/usr/sbin/sshd", "-f", "/run/sshd/sshd_config")
        self.start_libvirtd()

    def _make_space(self) -> None:
        log = (self.folder / "init.log").open("wb")
        self._unshare = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--uts", "--net", "--pid",
             "--fork", "--kill-child", "--mount-proc", "--propagation", "private",
             PYTHON, "-ISu", str(INSIDE), str(self.folder), self.name],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        log.close()
        wait_until(
            lambda: (self.folder / "ready").exists() or self._unshare_ended(),
            every=0.01, what=f"{self.name} has its namespaces",
        )  # fmt: skip
        children = Path(f"/proc/{self._unshare.pid}/task/{self._unshare.pid}/children").read_text()
        self._init_pid = int(children.split()[0])
        (self.folder / "init.pid").write_text(f"{self._init_pid} {start_ticks(self._init_pid)}")

    def _unshare_ended(self) -> bool:
        if self._unshare is not None and self._unshare.poll() is not None:
            raise LabError(
                f"No namespaces for {self.name}: {(self.folder / 'init.log').read_text().strip()}"
            )
        return False

    def _make_link(self) -> None:
        run(["ip", "link", "add", self._link, "type", "veth",
             "peer", "name", "eth0", "netns", str(self._init_pid)])  # fmt: skip
        # Without an address of its own: a browser breaks off what it loads when addresses change.
        run(["ip", "link", "set", self._link, "addrgenmode", "none"])
        run(["ip", "link", "set", self._link, "master", bridge_name(self.number), "up"])
        self.inside("ip", "addr", "add", f"{self.ip}/24", "dev", "eth0")
        self.inside("ip", "link", "set", "eth0", "up")

    def stop(self) -> None:
        """Kill everything of this host at once."""
        kill_space(self.folder / "init.pid")
        if self._unshare is not None:
            self._unshare.wait(10)

    # Reaching in

    def inside(self, *command: str, timeout: float = 60.0, check: bool = True) -> str:
        """Run a command on the host, as root there, and return its output."""
        return run([*self._enter, *command], timeout=timeout, check=check)

    @property
    def _enter(self) -> list[str]:
        return ["nsenter", "-t", str(self._init_pid), "-m", "-u", "-n", "-p", "-r"]

    @property
    def network(self) -> tuple[str, ...]:
        """Return what stands before a command that is to run in the host's network alone."""
        return ("nsenter", "-t", str(self._init_pid), "-n")

    def virsh(self, *words: str, timeout: float = 60.0, check: bool = True) -> str:
        """Run virsh against this host, over its socket, and return what it printed."""
        done = run(["virsh", "-q", "-c", self.uri, *words], timeout=timeout, check=check)
        return done.strip()

    @cached_property
    def _pid_space(self) -> str:
        return str(Path(f"/proc/{self._init_pid}/ns/pid").readlink())

    def _processes(self) -> dict[int, list[str]]:
        """Return the command lines of the host's live processes by pid, as seen from outside."""
        found: dict[int, list[str]] = {}
        for path in Path("/proc").glob("[0-9]*"):
            try:
                if str((path / "ns/pid").readlink()) == self._pid_space:
                    line = (path / "cmdline").read_bytes().decode(errors="replace")
                    found[int(path.name)] = [word for word in line.split("\0") if word]
            except OSError:
                continue  # It ended meanwhile, or is not ours to look at.
        return {pid: words for pid, words in found.items() if words}

    def qemu_pid(self, domain: str) -> int:
        """Return the pid of a running guest's QEMU, as seen from outside."""
        for pid, words in self._processes().items():
            if "qemu-system" in words[0] and any(
                word.split(",")[0] == f"guest={domain}" for word in words
            ):
                return pid
        raise LabError(f"{domain} does not run on {self.name}.")

    def libvirtd_pid(self) -> int:
        """Return the pid of libvirtd, as seen from outside; 0 when it does not run."""
        for pid, words in self._processes().items():
            if words[0].endswith("libvirtd"):
                return pid
        return 0

    # Faults

    def start_libvirtd(self) -> None:
        """Start libvirtd and wait until it answers."""
        self.inside("libvirtd", "-d", "--listen", "-p", "/run/libvirtd.pid", timeout=30)
        wait_until(
            lambda: run(["virsh", "-q", "-c", self.uri, "uri"], check=False),
            timeout=30, every=0.05, what=f"libvirtd of {self.name} answers",
        )  # fmt: skip

    def kill_libvirtd(self) -> None:
        """Kill libvirtd without a word; its guests run on."""
        self._signal_libvirtd(signal.SIGKILL)
        wait_until(lambda: not self.libvirtd_pid(), what="libvirtd is gone")
        (self.folder / "run/libvirtd.pid").unlink(missing_ok=True)

    def freeze_libvirtd(self) -> None:
        """Stop libvirtd where it stands: it accepts connections and never answers."""
        self._signal_libvirtd(signal.SIGSTOP)

    def thaw_libvirtd(self) -> None:
        """Let a frozen libvirtd go on."""
        self._signal_libvirtd(signal.SIGCONT)

    def restart_libvirtd(self) -> None:
        """Kill libvirtd if it runs, and start it."""
        if self.libvirtd_pid():
            self.kill_libvirtd()
        self.start_libvirtd()

    def _signal_libvirtd(self, number: signal.Signals) -> None:
        pid = self.libvirtd_pid()
        if not pid:
            raise LabError(f"libvirtd of {self.name} does not run.")
        os.kill(pid, number)

    def cut_link(self) -> None:
        """Cut the host off the network: packets vanish, nothing is refused."""
        run(["ip", "link", "set", self._link, "down"])

    def restore_link(self) -> None:
        """Plug the host in again."""
        run(["ip", "link", "set", self._link, "up"])

    def freeze_qemu(self, domain: str) -> None:
        """Stop a guest's QEMU where it stands."""
        os.kill(self.qemu_pid(domain), signal.SIGSTOP)

    def thaw_qemu(self, domain: str) -> None:
        """Let a frozen QEMU go on."""
        os.kill(self.qemu_pid(domain), signal.SIGCONT)

    def kill_qemu(self, domain: str) -> None:
        """Kill a guest's QEMU without a word."""
        os.kill(self.qemu_pid(domain), signal.SIGKILL)

    def heal(self) -> None:
        """Undo every fault and remove every guest, so that the next test finds a plain host."""
        self.restore_link()
        if pid := self.libvirtd_pid():
            os.kill(pid, signal.SIGCONT)
        else:
            self.start_libvirtd()
        for pid, words in self._processes().items():
            if "qemu-system" in words[0]:
                os.kill(pid, signal.SIGCONT)
        for name in self.virsh("list", "--all", "--name").split():
            self.remove_guest(name)

    def remove_guest(self, name: str) -> None:
        """Destroy and undefine a guest; what is already gone is fine."""
        self.virsh("destroy", name, check=False)
        self.virsh("undefine", name, "--nvram", "--managed-save",
                   "--snapshots-metadata", "--checkpoints-metadata", check=False)  # fmt: skip

    def shell(self) -> str:
        """Return the command that opens a shell on the host."""
        return shlex.join(self._enter)
