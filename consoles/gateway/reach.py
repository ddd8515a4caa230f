"""How does the gateway get to a server inside a machine?"""

import asyncio
import socket
from typing import TYPE_CHECKING

from consoles.closing import ConsoleClosed
from consoles.reaching.where import Way
from virt.uri import HostAddress

if TYPE_CHECKING:
    from .tunnel import Tunnels

REACH_SECONDS = 4.0  # for all ways together
WAY_SECONDS = 2.0  # that one way has while others wait


async def reach(
    tunnels: "Tunnels", host: HostAddress, ways: list[Way], port: int, otherwise: str
) -> tuple[Way, socket.socket]:
    """Return the first way that leads to the machine, and a socket joined to it.

    Raises ConsoleClosed for the reason `otherwise`, within five seconds.
    """
    deadline = asyncio.get_running_loop().time() + REACH_SECONDS
    said = ""
    for index, way in enumerate(ways):
        left = deadline - asyncio.get_running_loop().time()
        seconds = left if index == len(ways) - 1 else min(left, WAY_SECONDS)
        if seconds <= 0:
            break
        try:
            async with asyncio.timeout(seconds):
                return way, await _go(tunnels, host, way, port)
        except ConsoleClosed as closed:
            said = closed.detail
        except (OSError, TimeoutError) as error:
            said = str(error) or "no answer"
    raise ConsoleClosed(otherwise, said)


async def _go(tunnels: "Tunnels", host: HostAddress, way: Way, port: int) -> socket.socket:
    if not way.by_host:
        return await _connect(way.address, port)
    connection = await tunnels.connection(host)
    peer = connection.get_extra_info("peername")
    if peer and peer[0] == way.address:
        raise OSError("this is the host itself")
    return await tunnels.join(host, (way.address, port))


async def _connect(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(sock, (address, port))
    except BaseException:
        sock.close()
        raise
    return sock
