"""Run the console gateway until it is told to stop."""

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from consoles.gateway.server import GatewayServer, raise_file_limit, serve


class Command(BaseCommand):
    """Listen on CONSOLE_SOCKET. SIGTERM and SIGINT close every console with a word and end it."""

    help = "Run the console gateway."
    requires_system_checks: list[str] = []  # they load every page; the web process checks

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Serve in a thread, and end it in order at a signal."""
        raise_file_limit()
        server = GatewayServer(settings.CONSOLE_SOCKET)
        asked_to_end = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: asked_to_end.set())
        serving = threading.Thread(target=serve, args=(server,), name="gateway")
        serving.start()
        while serving.is_alive() and not asked_to_end.wait(0.5):
            pass
        server.end()
        serving.join()
