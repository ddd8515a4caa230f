"""The kinds of jobs of the checks."""

from django.utils.translation import gettext_lazy as _

from jobs.kinds import Kind, register

_HERE = "migration.checks.operations"

register(
    Kind(
        "migration.check",
        f"{_HERE}.check",
        _("Check the migration of"),
        _("Checking"),
        icon="list-check",
        is_cancellable=True,
        is_exclusive=False,
    ),
    Kind("migration.eject", f"{_HERE}.eject", _("Eject"), _("Changing"), icon="disc"),
    Kind("migration.fix_cpu", f"{_HERE}.fix_cpu", _("Set the CPU model of"), _("Changing"), "cpu"),
    Kind("migration.make_pool", f"{_HERE}.make_pool", _("Make a pool on"), _("Making"), "database"),
    Kind(
        "migration.start_pool",
        f"{_HERE}.start_pool",
        _("Start a pool on"),
        _("Starting"),
        icon="database",
    ),
    Kind(
        "migration.start_network",
        f"{_HERE}.start_network",
        _("Start a network on"),
        _("Starting"),
        icon="topology-star-3",
    ),
)
