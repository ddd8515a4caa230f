"""A browser's end of a websocket, against the ASGI application in this process."""

import json
from typing import Any

from asgiref.testing import ApplicationCommunicator


class Socket:
    """One websocket. Requests come from the site's own origin unless `origin` says otherwise."""

    def __init__(
        self,
        application: Any,
        path: str,
        *,
        cookie: str = "",
        origin: str | None = "http://testserver",
        subprotocols: list[str] | None = None,
    ) -> None:
        headers = [(b"host", b"testserver"), (b"cookie", cookie.encode())]
        if origin is not None:
            headers.append((b"origin", origin.encode()))
        scope = {
            "type": "websocket",
            "scheme": "ws",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": headers,
            "subprotocols": subprotocols or [],
            "client": ("127.0.0.1", 40000),
        }
        self._inner = ApplicationCommunicator(application, scope)

    async def open(self) -> tuple[bool, int | str | None]:
        """Ask to connect: (True, subprotocol) or (False, close code)."""
        await self._inner.send_input({"type": "websocket.connect"})
        answer = await self._inner.receive_output(5)
        if answer["type"] == "websocket.close":
            return False, answer.get("code", 1000)
        return True, answer.get("subprotocol")

    async def say(self, message: Any) -> None:
        """Send JSON, or text as it is, or bytes."""
        if isinstance(message, bytes):
            await self._inner.send_input({"type": "websocket.receive", "bytes": message})
            return
        text = message if isinstance(message, str) else json.dumps(message)
        await self._inner.send_input({"type": "websocket.receive", "text": text})

    async def output(self, timeout: float = 5) -> dict[str, Any]:
        """Return the next ASGI message of the application."""
        message: dict[str, Any] = await self._inner.receive_output(timeout)
        return message

    async def hear(self, timeout: float = 5) -> dict[str, Any]:
        """Return the next JSON message."""
        message: dict[str, Any] = json.loads((await self.output(timeout))["text"])
        return message

    async def hears_nothing(self, seconds: float = 0.5) -> bool:
        """Say whether nothing came for so long."""
        return bool(await self._inner.receive_nothing(timeout=seconds))

    async def leave(self) -> None:
        """Close the browser's end and wait for the application to notice."""
        await self._inner.send_input({"type": "websocket.disconnect", "code": 1000})
        await self._inner.wait(5)
