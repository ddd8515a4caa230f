"""How long until the next try, and is a lost host back earlier?"""

import time
from collections.abc import Callable

from hosts.watching.inbox import Inbox
from virt.errors import HostUnreachable
from virt.reaching.reach import check_reachable
from virt.uri import HostAddress, Transport

DELAYS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
LOCAL_DELAY = 5.0  # asking a socket of this machine costs next to nothing
PEEK_EVERY = 4.0
PEEK_SECONDS = 2.0


def delay_after(tries: int, addr: HostAddress | None) -> float:
    """Return the pause after so many failed tries in a row."""
    delay = DELAYS[min(max(tries, 1), len(DELAYS)) - 1]
    if addr is not None and addr.transport in {Transport.LOCAL, Transport.SESSION}:
        return min(delay, LOCAL_DELAY)
    return delay


def answers(addr: HostAddress) -> bool:
    """Say whether the host's port takes connections; two seconds at most."""
    try:
        check_reachable(addr, PEEK_SECONDS)
    except HostUnreachable:
        return False
    return True


def wait(
    inbox: Inbox,
    seconds: float,
    addr: HostAddress | None,
    peek: Callable[[HostAddress], bool] = answers,
) -> None:
    """Wait for the next try: shorter when somebody asks, or when a silent port answers again."""
    until = time.monotonic() + seconds
    was_silent = False
    if addr is not None and addr.transport.is_network and seconds > PEEK_EVERY:
        was_silent = not peek(addr)
    while not inbox.is_stopped and (left := until - time.monotonic()) > 0:
        batch = inbox.take(min(left, PEEK_EVERY) if was_silent else left)
        if batch.is_rescan_asked:
            return
        if addr is not None and was_silent and peek(addr):
            return
