"""What happens in an SSH console: sign-in, terminal, end.

The secret comes once, after the ticket, and lives in this thread until the machine has answered.
Nothing of it is logged or kept. A key that is made for a session leaves the guest again as soon as
the session is open.
"""

import json
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import asyncssh
from django.db import connections

from accounts.access import Capability, allows
from accounts.models import User
from consoles.closing import ConsoleClosed
from consoles.gateway.reach import reach
from consoles.gateway.ssh import shell
from consoles.gateway.ssh.client import Client, Login, plain
from consoles.gateway.ssh.prompts import Prompts
from consoles.gateway.stream import BrowserBytes
from consoles.gateway.tap import Tap, TappedPump
from consoles.gateway.websocket import ConsoleSocket
from consoles.reaching.where import Way, ways_to
from consoles.ssh.frames import Frames, SignIn, read_sign_in
from consoles.ssh.keys import read_private_key
from consoles.ssh.pins import access_of, fingerprint, note_other, pin
from hosts.addresses import address_of
from jobs import audit
from virt.errors import VirtError
from virt.guests import keys as guest_keys
from virt.pool import pooled
from virt.uri import HostAddress, Transport
from vms.models import VM

if TYPE_CHECKING:
    from consoles.gateway.house import Room
    from consoles.gateway.tunnel import Tunnels

log = logging.getLogger(__name__)
SIGN_IN_SECONDS = 10.0
COMMENT = "guesthouse-session"


class Loops(NamedTuple):
    """Where ways to machines are kept, and where their servers are talked to."""

    tunnels: "Tunnels"
    shells: "Tunnels"


def serve(
    browser: ConsoleSocket,
    room: "Room",
    vm: VM,
    loops: "Loops",
    admit: Callable[[], None],
) -> None:
    """Serve one session until it ends. Raises ConsoleClosed for every end but the browser's.

    Who has signed in waits in `admit` until the session is recorded, where it has to be.
    """
    said = BrowserBytes(browser, SIGN_IN_SECONDS)
    try:
        wish = read_sign_in(said)
    except (OSError, EOFError) as error:
        raise ConsoleClosed("left", type(error).__name__) from error
    session = _Session(room, vm, loops, wish, Prompts(browser, said, room))
    with _noted(room, vm, session):
        terminal = session.open(admit)
        session.forget()
        _note(room, vm, session, "console.ssh", is_in=True)
        try:
            _show(browser, room, terminal, session, said.rest())
        finally:
            terminal.close()


def _show(
    browser: ConsoleSocket,
    room: "Room",
    terminal: shell.Terminal,
    session: "_Session",
    early: bytes,
) -> None:
    tap = room.tap or Tap(0, 0)

    def resize(columns: int, rows: int) -> None:
        terminal.resize(columns, rows)
        tap.resized(columns, rows)

    hands = Frames(resize)
    pump = TappedPump(browser, terminal.sock, hands.feed, tap)
    room.drives = True
    room.begin(pump, hands)
    browser.queue(json.dumps(session.facts()).encode())
    browser.flush()
    pump.say(session.greeting)
    pump.feed(early)
    try:
        pump.run()
    except ConsoleClosed as closed:
        if closed.key != "display-closed":
            raise
        raise ConsoleClosed(room.stopped or "ssh-ended", closed.detail) from closed


class _Session:
    """The way into one machine for one person."""

    def __init__(
        self, room: "Room", vm: VM, loops: "Loops", wish: SignIn, prompts: Prompts
    ) -> None:
        self.wish = wish
        self.greeting = b""
        self.way: Way | None = None
        self._room = room
        self._vm = vm
        self._tunnels, self._shells = loops.tunnels, loops.shells
        self._host: HostAddress = address_of(vm.host)
        self._key = ""
        self._prompts = prompts

    def open(self, admit: Callable[[], None]) -> shell.Terminal:
        """Reach the machine, look at its host key, sign in, and begin when `admit` lets one."""
        if self._host.transport is Transport.TEST:
            raise ConsoleClosed("simulated")
        try:
            access, ways = access_of(self._vm), ways_to(self._vm)
            if self.wish.method == "agent":
                self._check_agent()
        finally:
            connections.close_all()  # before anything that takes long
        own = self._own_key() if self.wish.method == "key" else None
        self._key = access.pinned or self._pin(ways, access.port)
        sock = self._reach(ways, access.port)
        if self.wish.method != "agent":
            return self._begin(*self._enter(sock, own), admit)
        made = asyncssh.generate_private_key("ssh-ed25519", comment=COMMENT)
        with self._lent(made):
            entered = self._enter(sock, made)
        return self._begin(*entered, admit)

    def forget(self) -> None:
        """Let go of the secret."""
        self.wish = replace(self.wish, secret="", passphrase="")

    def facts(self) -> dict[str, Any]:
        """Return what the page shows about an open session."""
        return {
            "address": self._address,
            "by_host": bool(self.way and self.way.by_host),
            "fingerprint": fingerprint(self._key),
            "session": self._room.row.pk,
        }

    @property
    def _address(self) -> str:
        return self.way.address if self.way else ""

    def _own_key(self) -> asyncssh.SSHKey:
        return read_private_key(self.wish.secret, self.wish.passphrase)

    def _reach(self, ways: list[Way], port: int) -> socket.socket:
        way = reach(self._tunnels, self._host, ways, port, "ssh-unreachable")
        found = self._tunnels.ask(way)
        self.way = found[0]
        return found[1]

    def _pin(self, ways: list[Way], port: int) -> str:
        """Keep the first host key, before anything secret is sent."""
        sock = self._reach(ways, port)
        shown = self._shells.ask(shell.host_key(sock, self._address))
        try:
            return pin(self._vm.pk, shown)
        finally:
            connections.close_all()

    def _enter(
        self, sock: socket.socket, key: asyncssh.SSHKey | None
    ) -> tuple[asyncssh.SSHClientConnection, Client]:
        wish = self.wish
        password = wish.secret if wish.method == "password" and wish.secret else None
        login = Login(wish.user, password, key, self._key, wish.columns, wish.rows, self._address)
        if self._room.stopped:
            sock.close()
            raise ConsoleClosed(self._room.stopped)
        client = Client(login, self._prompts.ask)
        try:
            return self._prompts.wait(self._shells, shell.sign_in(sock, client)), client
        except shell.OtherKey as other:
            try:
                note_other(self._vm.pk, other.key)
            finally:
                connections.close_all()
            raise ConsoleClosed("ssh-key-changed") from other
        except BaseException:
            client.hang_up()
            raise

    def _begin(
        self,
        connection: asyncssh.SSHClientConnection,
        client: Client,
        admit: Callable[[], None],
    ) -> shell.Terminal:
        """Open a terminal where it is recorded, if it has to be."""
        self.greeting = client.greeting
        self._room.tap = Tap(self.wish.columns, self.wish.rows)
        try:
            admit()
            return self._shells.ask(shell.start(self._shells, connection, client))
        except BaseException:
            client.hang_up()
            raise
        finally:
            connections.close_all()

    def _check_agent(self) -> None:
        """Refuse a key by the agent to who may not reach into the guest by it."""
        user = User.objects.filter(pk=self._room.guest.claims.user).first()
        if user is None or not allows(user, Capability.VM_FILES, self._vm):
            raise ConsoleClosed("right-ended")

    @contextmanager
    def _lent(self, key: asyncssh.SSHKey) -> Iterator[None]:
        """Have a key in the guest while somebody signs in by it."""
        uuid, line = str(self._vm.uuid), f"{plain(key)} {COMMENT}"
        try:
            with pooled(self._host, "console") as hypervisor:
                guest_keys.add(hypervisor.get_domain(uuid), self.wish.user, line)
        except VirtError as error:
            self._take_back(uuid, line)  # it may have been added, though no answer came
            raise ConsoleClosed("ssh-agent", error.detail) from error
        try:
            yield
        finally:
            self._take_back(uuid, line)

    def _take_back(self, uuid: str, line: str) -> None:
        try:
            with pooled(self._host, "console") as hypervisor:
                guest_keys.remove(hypervisor.get_domain(uuid), self.wish.user, line)
        except VirtError as error:  # nobody has the private half any more
            log.warning("a key stays in a guest: %s", error.slug)


@contextmanager
def _noted(room: "Room", vm: VM, session: _Session) -> Iterator[None]:
    """Write who came and left, or was not let in."""
    reason = "left"
    try:
        yield
    except ConsoleClosed as closed:
        reason = closed.key
        raise
    finally:
        was_in = room.pump is not None
        action = "console.ssh_end" if was_in else "console.ssh"
        _note(room, vm, session, action, reason=reason, is_in=was_in)


def _note(
    room: "Room", vm: VM, session: _Session, action: str, *, is_in: bool, reason: str = ""
) -> None:
    way = session.way
    try:
        audit.record(
            User.objects.filter(pk=room.guest.claims.user).first(),
            action,
            **vm.about,
            outcome="done" if is_in else "failed",
            detail={
                "user": session.wish.user,
                "by": session.wish.method,
                "address": way.address if way else "",
                "reason": reason,
            },
        )
    finally:
        connections.close_all()
