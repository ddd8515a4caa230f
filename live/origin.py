"""Let a websocket in only from our own pages."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def is_own_origin(scope: Scope) -> bool:
    """Say whether the Origin header is exactly this site, or one that the settings trust.

    Scheme, host and port must all match; a missing Origin is foreign.
    """
    headers = dict(scope.get("headers", []))
    origins = [value for name, value in scope.get("headers", []) if name == b"origin"]
    if len(origins) != 1:
        return False
    origin = origins[0].decode("latin-1")
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    parts = urlsplit(origin)
    forwarded = headers.get(b"x-forwarded-proto") if settings.TLS else None
    secure = scope.get("scheme") in {"wss", "https"} or forwarded == b"https"
    host = headers.get(b"host", b"").decode("latin-1")
    expected = f"{'https' if secure else 'http'}://{host}"
    return bool(host) and parts.path == "" and origin == expected


class SameOrigin:
    """Close a websocket of a foreign origin with 403 before anything else runs."""

    def __init__(self, inner: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_own_origin(scope):
            await self.inner(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.close", "code": 4403})
