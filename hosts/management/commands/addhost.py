"""Add a host from the command line; adding the same one again changes nothing."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.access import ActionRefused
from hosts.models import Host
from hosts.services.managing import add_host, edit_host
from hosts.wishes import HostWish
from virt.connection import connect
from virt.errors import VirtError
from virt.uri import HostAddress, Transport


class Command(BaseCommand):
    """Add a host, or change the address of the one with this name."""

    help = "Add a host. With --local: libvirt of this machine, the system's or else one's own."
    requires_system_checks: list[str] = []  # they load every page; the web process checks

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the parts of the address."""
        parser.add_argument("--name")
        parser.add_argument("--local", action="store_true")
        parser.add_argument("--transport", choices=[one.value for one in Transport])
        parser.add_argument("--hostname", default="")
        parser.add_argument("--port", type=int)
        parser.add_argument("--username", default="")
        parser.add_argument("--socket", default="")
        parser.add_argument("--test-path", default="")
        parser.add_argument("--new", action="store_true", help="refuse a name that is taken")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Add or change, and say what was done."""
        try:
            transport = self._local() if options["local"] else options["transport"]
            if not transport:
                raise CommandError("Say how the host is reached: --local or --transport.")
            wish = HostWish(
                name=options["name"] or options["hostname"] or "localhost",
                transport=transport,
                hostname=options["hostname"],
                port=options["port"],
                username=options["username"],
                socket=options["socket"],
                test_path=options["test_path"],
            )
            host = Host.objects.filter(name=wish.name).first()
            if host and options["new"]:
                raise CommandError(f"There is a host {host.name} already.")
            done = edit_host(host, wish, None) if host else add_host(wish, None)
        except ActionRefused as refusal:
            raise CommandError(refusal.message) from refusal
        word = "is there" if host else "added"
        self.stdout.write(f"Host {done.name} {word} ({done.transport}).")

    def _local(self) -> str:
        """Return the transport of this machine that answers."""
        for transport in (Transport.LOCAL, Transport.SESSION):
            try:
                with connect(HostAddress(transport), timeout=10):
                    return transport.value
            except VirtError as error:
                self.stderr.write(f"{transport.value}: {error.message} {error.detail}")
        raise CommandError("libvirt of this machine does not answer. Is it installed and started?")
