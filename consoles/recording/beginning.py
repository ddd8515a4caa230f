"""How does a recording reach its console? By the way that people's consoles take."""

import socket
from collections.abc import Callable

from django.db import connections

from consoles.closing import ConsoleClosed
from consoles.gateway import target
from consoles.gateway.serial import Bookmark, Lines
from consoles.gateway.tap import Tap
from hosts.addresses import address_of
from hosts.models import Host
from recordings.limits import most_each
from recordings.models import Recording
from virt.uri import HostAddress
from vms.models import VM

from .screen import ScreenTake
from .session import SessionTake
from .take import Take
from .text import TextTake


def begin(recording: Recording, tap: Tap | None, *, lines: Lines, tunnel: target.Tunnel) -> Take:
    """Return the thread that makes a recording, to be started.

    A console of one's own is heard at its `tap`. For others it is looked up each time where the
    machine is: it may have moved. A text that the rules want recorded begins with what those see
    who come now.
    """
    if tap is not None:
        session = SessionTake(recording, most_each(), tap.size)
        tap.join(session)
        return session
    bookmark = Bookmark(from_now=not recording.is_required)

    def screen() -> socket.socket:
        return target.open_screen(*place(), tunnel)

    def text() -> socket.socket:
        return target.open_serial(*place(), lines, take=False, bookmark=bookmark)

    def place() -> tuple[HostAddress, str]:
        host, uuid = _place(recording)
        take.host_id = host.pk
        return address_of(host), uuid

    connect: Callable[[], socket.socket] = text if recording.is_text else screen
    kind = TextTake if recording.is_text else ScreenTake
    take = kind(recording, most_each(), connect)
    return take


def _place(recording: Recording) -> tuple[Host, str]:
    try:
        vm = VM.objects.select_related("host").filter(pk=recording.vm_id or 0).first()
    finally:
        connections.close_all()
    if vm is None:
        raise ConsoleClosed("machine-gone")
    return vm.host, str(vm.uuid)
