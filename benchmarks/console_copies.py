"""What any console proxy costs at least: a copy of TCP, and a copy into a websocket, by asyncio."""

import asyncio
import base64
import hashlib
import struct
import sys
from asyncio import StreamReader as Reader
from asyncio import StreamWriter as Writer
from collections.abc import Callable, Coroutine
from contextlib import suppress

BLOCK = 64 * 1024
MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
Way = Callable[[Reader, Writer], Coroutine[None, None, None]]


async def copy(reader: Reader, writer: Writer) -> None:
    """Copy bytes as they are."""
    while data := await reader.read(BLOCK):
        writer.write(data)
        await writer.drain()


async def into_frames(reader: Reader, writer: Writer) -> None:
    """Make each block a binary message."""
    while data := await reader.read(BLOCK):
        size = len(data)
        if size <= 125:
            head = bytes((0x82, size))
        elif size < 65536:
            head = struct.pack(">BBH", 0x82, 126, size)
        else:
            head = struct.pack(">BBQ", 0x82, 127, size)
        writer.write(head)
        writer.write(data)
        await writer.drain()


async def out_of_frames(reader: Reader, writer: Writer) -> None:
    """Take the content out of short masked messages."""
    while True:
        _first, second = await reader.readexactly(2)
        mask = await reader.readexactly(4)
        data = await reader.readexactly(second & 127)
        writer.write(bytes(byte ^ mask[place & 3] for place, byte in enumerate(data)))
        await writer.drain()


async def upgrade(reader: Reader, writer: Writer) -> None:
    """Answer the request of a websocket."""
    request = await reader.readuntil(b"\r\n\r\n")
    key = request.split(b"Sec-WebSocket-Key: ")[1].split(b"\r\n")[0]
    accept = base64.b64encode(hashlib.sha1(key + MAGIC, usedforsecurity=False).digest())
    writer.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )


async def serve(path: str, port: int, there: Way, back: Way, *, is_websocket: bool) -> None:
    """Join each connection at the socket `path` to the display at `port`."""

    async def join(reader: Reader, writer: Writer) -> None:
        if is_websocket:
            await upgrade(reader, writer)
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        ways = [
            asyncio.create_task(_run(there, reader, far_writer)),
            asyncio.create_task(_run(back, far_reader, writer)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for end in (writer, far_writer):
            end.close()

    server = await asyncio.start_unix_server(join, path, backlog=512)
    async with server:
        await server.serve_forever()


async def _run(way: Way, reader: Reader, writer: Writer) -> None:
    with suppress(OSError, asyncio.IncompleteReadError):
        await way(reader, writer)


def main() -> None:
    """Serve the kind, the socket and the port that the command line names."""
    kind, path, port = sys.argv[1:]
    is_websocket = kind == "websocket"
    there, back = (out_of_frames, into_frames) if is_websocket else (copy, copy)
    asyncio.run(serve(path, int(port), there, back, is_websocket=is_websocket))


if __name__ == "__main__":
    main()
