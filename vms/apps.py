"""What people do with guests."""

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.access import Person
    from jobs.models import Job


_LEFT_NOTHING = {
    ("vm.delete", "succeeded"),
    ("vm.create", "failed"),
    ("vm.create", "cancelled"),
}


def _link(job: "Job") -> str:
    """Return the machine's page, or "" where the job left none."""
    if (job.kind, job.state) in _LEFT_NOTHING:
        return ""
    return reverse("vms:detail", args=[job.target_id])


def _may_cancel(job: "Job", user: "Person") -> bool:
    from accounts.access import Capability

    from .models import VM

    machines = VM.objects.allowing(user, Capability.VM_OPERATE)
    return machines.filter(pk=job.target_id or 0).exists()


class VmsConfig(AppConfig):
    """Virtual machines."""

    name = "vms"
    verbose_name = _("Machines")

    def ready(self) -> None:
        from accounts.sign_in.policy import register as register_strict
        from catalogue.sources import register as register_sources
        from hosts.services.networks import register_users
        from hosts.watching.mirror import register_mirror
        from jobs.targets import register_target
        from vms.making.choices import machines_on
        from vms.making.images import list_sources
        from vms.sync.rows import Mirror

        from . import (
            counting,  # noqa: F401
            kinds,  # noqa: F401
            requests,  # noqa: F401
        )
        from .affinity.rules import rule as affinity_rule
        from .announcing import job_changed
        from .idle import hearing  # noqa: F401
        from .placement import register_rule
        from .resizing import requests as _sizes  # noqa: F401
        from .services.again import retry
        from .sharing.rules import in_strict_teams

        register_mirror(Mirror())
        register_rule(affinity_rule)
        register_strict(in_strict_teams)
        register_sources(list_sources)
        register_users(machines_on)
        register_target("vm", job_changed, link=_link, retry=retry, may_cancel=_may_cancel)
