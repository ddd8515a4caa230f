"""Forget a host from the command line; its guests keep running."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from hosts.models import Host
from hosts.services.managing import remove_host


class Command(BaseCommand):
    """Forget a host and the rows of its machines."""

    help = "Forget a host. Its guests keep running, untouched."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the name."""
        parser.add_argument("name")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Forget it, if it is there."""
        host = Host.objects.filter(name=options["name"]).first()
        if host is None:
            self.stdout.write(f"There is no host {options['name']}.")
            return
        remove_host(host, None)
        self.stdout.write(f"Host {options['name']} is forgotten.")
