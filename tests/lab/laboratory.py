"""How are several libvirt hosts made together, and removed again?"""

import atexit
import os
import shutil
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.lab import config
from tests.lab.guest import Guest, guest_xml
from tests.lab.hosts import LabHost
from tests.lab.space import (
    BRIDGE_ADDRESS,
    CLAIMS,
    LabError,
    bridge_name,
    claim_number,
    release_number,
    run,
)

PROGRAMS = {
    "libvirtd": "libvirt-daemon-system",
    "virsh": "libvirt-clients",
    "qemu-system-x86_64": "qemu-system-x86",
    "dnsmasq": "dnsmasq-base",
    "ip": "iproute2",
    "sshd": "openssh-server",
    "ssh-keygen": "openssh-client",
    "unshare": "util-linux",
}


def check_possible() -> None:
    """Raise LabError when this machine cannot have a lab, saying what to do."""
    if os.geteuid() != 0:
        raise LabError("The lab makes network namespaces and needs root: run it with sudo.")
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = sorted(p for name, p in PROGRAMS.items() if not shutil.which(name, path=path))
    if missing:
        raise LabError(f"The lab needs packages: run 'apt-get install {' '.join(missing)}'.")


class Lab:
    """N libvirt hosts on one bridge; a context manager that removes them at its end.

    Everything dies with this process, even when it is killed: the hosts' first processes ask the
    kernel for that. What remains then (a bridge and a folder) is swept by the next lab.
    """

    def __init__(self, hosts: int = 2, *, networks: bool = True) -> None:
        check_possible()
        self.number = claim_number()
        self._owner = os.getpid()
        self.folder: Path = CLAIMS / str(self.number)
        self.key = self.folder / "key"
        self.networks = networks
        self.hosts: list[LabHost] = []
        atexit.register(self.close)
        try:
            self._make_bridge()
            config.make_key(self.key)
            config.make_certificates(self.folder / "pki", self.gateway)
            self._start(range(1, hosts + 1))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __getitem__(self, name: str) -> LabHost:
        """Return a host by name: lab["hv1"]."""
        return next(host for host in self.hosts if host.name == name)

    @property
    def gateway(self) -> str:
        """Return this machine's own address on the lab's network."""
        return f"10.99.{self.number}.{BRIDGE_ADDRESS}"

    def _make_bridge(self) -> None:
        name = bridge_name(self.number)
        run(["ip", "link", "add", name, "type", "bridge"])
        run(["ip", "link", "set", name, "addrgenmode", "none"])
        run(["ip", "addr", "add", f"{self.gateway}/24", "dev", name])
        run(["ip", "link", "set", name, "up"])

    def _start(self, indexes: Sequence[int]) -> None:
        """Start hosts one after the other, then give them storage and networks side by side.

        The namespaces are made by this thread: the kernel ties their life to the thread.
        """
        for index in indexes:
            host = LabHost(self.number, index, self.folder, self.key)
            self.hosts.append(host)
            host.start()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self._furnish, self.hosts))

    def _furnish(self, host: LabHost) -> None:
        """Give a host a started pool and network, both named `default`."""
        define(host, "pool", "default", config.POOL)
        if self.networks:
            try:
                define(host, "net", "default", config.NAT_NETWORK)
            except LabError:
                # No address translation in this kernel: guests reach the host, not the world.
                host.virsh("net-undefine", "default", check=False)
                define(host, "net", "default", config.ISOLATED_NETWORK)

    def guest(self, host: LabHost, name: str, **wishes: object) -> Guest:
        """Define and start a small guest that prints a tick each second; see `guest_xml`."""
        guest = Guest(host, name)
        define(host, "", name, guest_xml(name, **wishes))  # type: ignore[arg-type]
        return guest

    def close(self) -> None:
        """Remove the hosts and everything of theirs; safe to call again."""
        atexit.unregister(self.close)
        if self._owner != os.getpid():
            return
        for host in self.hosts:
            host.stop()
        self.hosts.clear()
        release_number(self.number)


def define(host: LabHost, kind: str, name: str, xml: str) -> None:
    """Define and start a pool ("pool"), a network ("net") or a guest ("") from XML."""
    prefix = f"{kind}-" if kind else ""
    path = host.folder / f"{prefix}{name}.xml"
    path.write_text(xml)
    host.virsh(f"{prefix}define", str(path))
    host.virsh(f"{prefix}start", name)


def raise_on_signal() -> None:
    """Turn SIGTERM into an ordinary exit, so that labs are removed."""

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, leave)
