"""The kinds of jobs of this room."""

from django.utils.translation import gettext_lazy as _

from jobs.kinds import Kind, register

register(
    Kind(
        "host.rescan",
        "hosts.operations.reading.rescan",
        title=_("Read host again"),
        busy=_("Reading"),
        icon="refresh",
        is_cancellable=True,
        is_exclusive=False,
    ),
    Kind(
        "host.probe",
        "hosts.operations.reading.probe",
        title=_("Check readiness"),
        busy=_("Checking"),
        icon="cpu",
    ),
    Kind(
        "host.fix",
        "hosts.operations.fixing.fix",
        title=_("Make ready"),
        busy=_("Making ready"),
        icon="tool",
    ),
    Kind(
        "host.test",
        "hosts.operations.testing.test_address",
        title=_("Test address"),
        busy=_("Testing"),
        icon="plug-connected",
        is_exclusive=False,
    ),
    Kind(
        "network.create",
        "hosts.operations.networks.create",
        title=_("Make network"),
        busy=_("Making"),
        icon="topology-star-3",
    ),
    Kind(
        "network.delete",
        "hosts.operations.networks.delete",
        title=_("Delete network"),
        busy=_("Deleting"),
        icon="trash",
    ),
)
