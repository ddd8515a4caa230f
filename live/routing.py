"""Where live status is served."""

from typing import Any

websocket_urlpatterns: list[Any] = []
