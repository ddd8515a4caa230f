"""Fill an empty demo with the simulated fleet."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from hosts.models import Host, Transport
from hypervisor_site.demo.fleet import PEOPLE, DemoHost, fleet
from hypervisor_site.demo.node_xml import write
from vms.models import VM, Tag


class Command(BaseCommand):
    """Write the node files, and rows for hosts, people, owners and tags."""

    help = "Create the simulated fleet of the demo. Does nothing when it is there."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Create what is missing."""
        if not settings.DEMO:
            raise CommandError("This portal is not a demo. Start one with ./guesthouse demo.")
        folder = settings.DATA_DIR / "fleet"
        folder.mkdir(exist_ok=True)
        hosts = list(fleet())
        for host in hosts:
            write(host, folder / f"{host.name}.xml")
        if not Host.objects.exists():
            with transaction.atomic():
                people = {name: self._person(name, full) for name, full in PEOPLE}
                for host in hosts:
                    self._host(host, people, str(folder / f"{host.name}.xml"))

    def _person(self, username: str, full_name: str) -> User:
        first, last = full_name.split()
        user, _made = User.objects.get_or_create(
            username=username, defaults={"first_name": first, "last_name": last}
        )
        return user

    def _host(self, host: DemoHost, people: dict[str, User], path: str) -> None:
        row = Host.objects.create(name=host.name, transport=Transport.TEST, test_path=path)
        machines = VM.objects.bulk_create(
            VM(
                host=row,
                uuid=machine.uuid,
                name=machine.name,
                owner=people[machine.owner],
                address=machine.address,
            )
            for machine in host.machines
        )
        tags = {
            name: Tag.objects.get_or_create(name=name)[0]
            for name in {tag for machine in host.machines for tag in machine.tags}
        }
        VM.tags.through.objects.bulk_create(
            VM.tags.through(vm_id=row.pk, tag_id=tags[name].pk)
            for row, machine in zip(machines, host.machines, strict=True)
            for name in machine.tags
        )
