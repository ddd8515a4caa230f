"""Give a machine another name; let it start with its host, or not."""

from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from jobs.context import JobContext

from .target import target, virsh


def rename(job: JobContext) -> None:
    """Rename the domain, which has to be off."""
    name = job.params["name"]
    with target(job) as it:
        if it.domain.name() != name:
            if it.hypervisor.find_domain(name) is not None:
                raise ActionRefused(
                    _("The host has a machine called %(name)s already.") % {"name": name},
                    code="name-taken",
                )
            job.command(virsh("domrename", it.vm.name, name))
            with it.acting():
                it.domain.rename(name)
        it.record()


def autostart(job: JobContext) -> None:
    """Say whether the machine starts with its host."""
    on = bool(job.params["on"])
    with target(job) as it:
        if it.observe().autostart != on:
            it.virsh("autostart", *([] if on else ["--disable"]))
            with it.acting():
                it.domain.set_autostart(on)
        it.record()
