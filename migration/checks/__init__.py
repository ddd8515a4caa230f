"""What stands against a migration, looked at just before it starts."""

from hosts.models import Host
from migration.options import Options
from vms.models import VM


def blockers(vm: VM, target: Host, options: Options) -> list[str]:
    """Return why the machine cannot move there now, each in a sentence; empty where it can.

    Runs on a worker.
    """
    return []
