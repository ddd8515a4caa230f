"""How do consoles come through the web port when no web server stands in front?

The relay decides nothing: it hands the upgrade to the gateway as it came (Origin, Host, Cookie,
ticket) and lets the browser in when the gateway does. One message at a time goes each way, so a
slow side slows the other down and nothing piles up here.
"""

import asyncio
import logging
from contextlib import suppress
from typing import Any

import websockets
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from websockets.asyncio.client import ClientConnection, unix_connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from .closing import CLOSINGS
from .wire import PROTOCOL, SOCKET_PATH, is_probe

QUIET = logging.getLogger("consoles.relay.wire")
QUIET.setLevel(logging.WARNING)  # at DEBUG the library writes headers, and with them the ticket
PASSED = {b"origin", b"cookie", b"x-forwarded-proto"}
CONNECT_SECONDS = 5.0
MOST_MESSAGE = 2 * 1024 * 1024  # bytes
QUEUE = 4  # messages read ahead


class ConsoleRelay(AsyncWebsocketConsumer):
    """One console between a browser and the gateway's socket."""

    channel_layer_alias = ""  # none: consoles need no messages from elsewhere

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._gateway: ClientConnection | None = None
        self._copy: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Ask the gateway, and accept only if it did."""
        try:
            self._gateway = await self._ask()
        except (OSError, WebSocketException):
            await self.close()  # before accepting: HTTP 403
            return
        await self.accept(PROTOCOL)
        self._copy = asyncio.create_task(self._copy_to_browser())

    async def _ask(self) -> ClientConnection:
        offered = [Subprotocol(word) for word in self.scope.get("subprotocols", [])]
        host = dict(self.scope["headers"]).get(b"host", b"").decode("latin-1")
        return await unix_connect(
            str(settings.CONSOLE_SOCKET),
            uri=f"ws://{host}{SOCKET_PATH}",
            logger=QUIET,
            subprotocols=offered or None,
            additional_headers=self._headers(),
            origin=None,
            user_agent_header=None,
            compression=None,
            ping_interval=None,
            open_timeout=CONNECT_SECONDS,
            close_timeout=2,
            max_size=MOST_MESSAGE,
            max_queue=QUEUE,
            proxy=None,
        )

    def _headers(self) -> list[tuple[str, str]]:
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in self.scope["headers"]
            if name in PASSED
        ]
        is_said = any(name == "x-forwarded-proto" for name, _value in headers)
        if self.scope.get("scheme") == "wss" and not is_said:
            headers.append(("x-forwarded-proto", "https"))
        return headers

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Pass a message on; the next is not read before the gateway has taken this one."""
        message = text_data if text_data and is_probe(text_data) else bytes_data
        if self._gateway is None or message is None:
            return
        with suppress(ConnectionClosed):  # the copy that reads hears the reason
            await self._gateway.send(message)

    async def _copy_to_browser(self) -> None:
        gateway = self._gateway
        if gateway is None:
            return
        try:
            async for message in gateway:
                if isinstance(message, bytes):
                    await self.send(bytes_data=message)
                else:
                    await self.send(text_data=message)
        except WebSocketException:
            pass  # ended without a word
        code = gateway.close_code or websockets.CloseCode.ABNORMAL_CLOSURE
        if code < 3000 and code != websockets.CloseCode.NORMAL_CLOSURE:
            lost = CLOSINGS["shutting-down"]
            await self.close(int(lost.code), lost.key)
        else:
            await self.close(int(code), gateway.close_reason)

    async def disconnect(self, code: int) -> None:
        """Hang up on the gateway when the browser has gone."""
        if self._copy is not None:
            self._copy.cancel()
        if self._gateway is not None:
            await self._gateway.close()
