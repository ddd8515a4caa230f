"""Fill the database with machines for timing lists. For benchmarks only."""

import random
import uuid
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hosts.models import Host, HostState, Transport
from vms.models import VM, Tag
from vms.states import VMState

NAMES = ("web", "db", "build", "lab", "edge", "node")
TAGS = ("prod", "ci", "lab", "edge", "k8s")
PER_HOST = 500


class Command(BaseCommand):
    """Make rows of hosts and machines that no watcher reads."""

    help = "Fill up to COUNT machine rows on hosts that do not exist. For benchmarks only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the number of machines."""
        parser.add_argument("count", type=int)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Add what is missing."""
        tags = [Tag.objects.get_or_create(name=name)[0] for name in TAGS]
        have = VM.objects.count()
        rng = random.Random(have)  # other machines than those that are there
        for start in range(have, options["count"], PER_HOST):
            host = Host.objects.create(
                name=f"bench-{start // PER_HOST:03}",
                transport=Transport.TEST,
                state=HostState.ONLINE,
                watcher="nobody",
                watcher_until=timezone.now() + timedelta(days=1),
            )
            machines = VM.objects.bulk_create(
                self._machine(rng, host, number)
                for number in range(start, min(start + PER_HOST, options["count"]))
            )
            VM.tags.through.objects.bulk_create(
                VM.tags.through(vm_id=vm.pk, tag_id=tag.pk)
                for vm in machines
                for tag in rng.sample(tags, 2)
            )

    def _machine(self, rng: random.Random, host: Host, number: int) -> VM:
        memory = rng.choice((1, 2, 4, 8, 16)) * 2**30
        is_on = rng.random() < 0.85
        return VM(
            host=host,
            uuid=uuid.UUID(int=rng.getrandbits(128)),
            name=f"{rng.choice(NAMES)}-{number:05}",
            state=VMState.RUNNING if is_on else VMState.OFF,
            vcpus=rng.choice((1, 2, 4, 8)),
            memory=memory,
            memory_used=int(memory * rng.random()) if is_on else None,
            cpu_percent=rng.uniform(0, 100) if is_on else None,
            address=f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}",
            disks=[{"target": "vda", "source": "/images/disk.qcow2", "capacity": 2**34}],
            nics=[{"mac": "52:54:00:00:00:01", "source": "default"}],
        )
