"""Run the demo's watcher and worker in one process, where libvirt's test driver keeps its state."""

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hosts.watching.supervisor import Supervisor
from hypervisor_site.celery import app
from virt.hosts import simulation

THREADS = 8


class Command(BaseCommand):
    """Watch the simulated hosts and carry their jobs until SIGTERM or Ctrl-C."""

    help = "Watch and serve the simulated fleet of a demo."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Run both until told to stop."""
        if not settings.DEMO:
            raise CommandError("This portal is not a demo. Start one with ./guesthouse demo.")
        simulation.start()
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        worker = app.WorkController(
            hostname="demo@localhost",
            pool="threads",
            concurrency=THREADS,
            queues=["libvirt"],
            without_mingle=True,
            without_gossip=True,
            without_heartbeat=True,
        )
        carrier = threading.Thread(target=worker.start, name="worker", daemon=True)
        carrier.start()
        Supervisor().run(stop)
        worker.stop(in_sighandler=True)
        carrier.join(5)
