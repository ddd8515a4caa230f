"""Run the watcher: libvirt's events and measurements to rows and open pages."""

import faulthandler
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from hosts.watching.supervisor import Supervisor


class Command(BaseCommand):
    """Watch hosts until SIGTERM or Ctrl-C."""

    help = "Watch the hosts. Several watchers share them; a dead one's hosts are taken over."
    requires_system_checks: list[str] = []  # they load every page; the web process checks

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Run until told to stop."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        faulthandler.register(signal.SIGUSR1)
        supervisor = Supervisor()
        self.stdout.write(f"Watching as {supervisor.name}")
        supervisor.run(stop)
