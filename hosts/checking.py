"""Does an address lead to a libvirt that we can use? Tried step by step, five seconds at most."""

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import asyncssh

from hosts import ssh
from hosts.addresses import key_path, known_hosts_line, pki_path
from hosts.failures import CERTIFICATES, code_of, is_too_old
from hosts.wishes import HostWish, address_of_wish
from virt.connection import Hypervisor, connect
from virt.errors import HostUnreachable, VirtError
from virt.reaching.reach import check_reachable
from virt.uri import HostAddress, Transport

NAME_SECONDS = 2.0
PORT_SECONDS = 2.5
OPEN_SECONDS = 4.0
OK, FAIL, SKIP = "ok", "fail", "skip"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `code` says why it failed, `value` what was found, `detail` in foreign words."""

    key: str
    state: str = SKIP
    value: str = ""
    code: str = ""
    detail: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the step as JSON."""
        return asdict(self)


class Check:
    """Try one address. Iterate over `steps()`; then `is_ok`, `host_key` and `counts` are known."""

    def __init__(self, wish: HostWish, known_hosts: Path) -> None:
        self._wish = wish
        self._known_hosts = known_hosts
        self._addr = address_of_wish(wish)
        self.host_key = wish.host_key
        self.fingerprint = ""
        self.is_ok = False

    @property
    def keys(self) -> list[str]:
        """The steps of this transport, in order."""
        transport = Transport(self._wish.transport)
        if transport is Transport.SSH:
            return ["name", "port", "host_key", "login", "libvirt"]
        return ["name", "port", "libvirt"] if transport.is_network else ["libvirt"]

    def steps(self) -> Iterator[Step]:
        """Yield each step when it has been tried; nothing is tried after one that failed."""
        tries: dict[str, Callable[[], Step]] = {
            "name": self._name,
            "port": self._port,
            "host_key": self._host_key,
            "login": self._login,
            "libvirt": self._libvirt,
        }
        for key in self.keys:
            step = tries[key]()
            yield step
            if step.state == FAIL:
                return
        self.is_ok = True

    def _name(self) -> Step:
        """Resolve the name in a thread: a resolver may take half a minute."""
        pool = ThreadPoolExecutor(1)
        try:
            found = pool.submit(socket.getaddrinfo, self._wish.hostname, None)
            address = str(found.result(NAME_SECONDS)[0][4][0])
        except (OSError, TimeoutError) as error:
            return Step("name", FAIL, code="no-name", detail=str(error))
        finally:
            pool.shutdown(wait=False)
        return Step("name", OK, "" if address == self._wish.hostname else address)

    def _port(self) -> Step:
        try:
            check_reachable(self._addr, PORT_SECONDS)
        except HostUnreachable as error:
            return Step("port", FAIL, code=code_of(error), detail=error.detail)
        return Step("port", OK, str(self._addr.effective_port or ""))

    def _host_key(self) -> Step:
        """Compare the key with the pinned one; without one the key is taken over."""
        try:
            found = ssh.fetch_host_key(self._wish.hostname, self._wish.port)
        except (OSError, asyncssh.Error) as error:
            return Step("host_key", FAIL, code="no-ssh", detail=str(error))
        self.fingerprint = found.fingerprint
        if self.host_key and self.host_key != found.line:
            return Step("host_key", FAIL, found.fingerprint, code="host-key")
        self.host_key = found.line
        return Step("host_key", OK, found.fingerprint)

    def _login(self) -> Step:
        wish = self._wish
        place = ssh.Place(wish.hostname, wish.port, wish.username, self.host_key, wish.socket)
        login, detail = ssh.try_login(place)
        if login is ssh.Login.OK:
            return Step("login", OK)
        return Step("login", FAIL, code=str(login), detail=detail)

    def _address(self) -> HostAddress:
        if self._addr.transport is Transport.TLS:
            return replace(self._addr, pki=pki_path())
        if self._addr.transport is not Transport.SSH:
            return self._addr
        line = known_hosts_line(self._wish.hostname, self._wish.port, self.host_key)
        self._known_hosts.write_text(line)
        return replace(self._addr, keyfile=str(key_path()), known_hosts=str(self._known_hosts))

    def _libvirt(self) -> Step:
        try:
            hypervisor = connect(self._address(), timeout=OPEN_SECONDS)
        except VirtError as error:
            code = code_of(error)
            known = {"access-denied", "refused", "timeout", "no-socket", "no-route", *CERTIFICATES}
            code = code if code in known else "no-libvirt"
            return Step("libvirt", FAIL, code=code, detail=error.detail)
        try:
            return _look(hypervisor)
        except VirtError as error:
            return Step("libvirt", FAIL, code=code_of(error), detail=error.detail)
        finally:
            hypervisor.close()


def _look(hypervisor: Hypervisor) -> Step:
    """Read the version and count what is there."""
    version = hypervisor.version()
    if is_too_old(version):
        return Step("libvirt", FAIL, version, code="too-old")
    counts: dict[str, Any] = {
        "machines": len(hypervisor.domain_states()),
        "pools": len(hypervisor.pools()),
        "networks": len(hypervisor.networks()),
    }
    return Step("libvirt", OK, version, detail=" ".join(f"{k}={v}" for k, v in counts.items()))
