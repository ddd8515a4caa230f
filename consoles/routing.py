"""Where consoles are served."""

from typing import Any

from django.urls import path

from .relay import ConsoleRelay

websocket_urlpatterns: list[Any] = [path("console/ws", ConsoleRelay.as_asgi())]
