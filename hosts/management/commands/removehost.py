"""Remove hosts from the command line; one that is not there is fine."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from hosts.models import Host
from hosts.services.managing import remove_host


class Command(BaseCommand):
    """Forget hosts and the rows of their machines; their guests keep running, untouched."""

    help = "Remove hosts by name; NAME@ADDRESS only while the host has this address."
    requires_system_checks: list[str] = []  # they load every page; the web process checks

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the names."""
        parser.add_argument("places", nargs="+", metavar="NAME[@ADDRESS]")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Remove those that are there, and say which."""
        for place in options["places"]:
            name, at, address = place.partition("@")
            found = Host.objects.filter(name=name)
            host = (found.filter(hostname=address) if at else found).first()
            if host is None:
                self.stdout.write(f"There is no host {place}.")
                continue
            remove_host(host, None)
            self.stdout.write(f"Host {name} removed.")
