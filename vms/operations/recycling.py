"""Put a machine into the bin and take it out: off, not started with its host, else as it is."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.access import ActionRefused
from jobs.context import JobContext
from vms.bin.marking import lay_in

from .power import bring_down
from .target import Target, target


def recycle(job: JobContext) -> dict[str, Any]:
    """Bring the machine down and lay it into the bin; return whether it started with its host."""
    with target(job) as it:
        started_with_host = _note_autostart(it)
        if it.observe().state.is_active:
            job.progress(None, gettext_noop("Shutting it down"))
            bring_down(it)
        _set_autostart(it, False)
        it.record()
        _refuse_running(it)
        lay_in(it.vm.pk, actor_id=job.job.actor_id)
    return {"autostart": started_with_host}


def recover(job: JobContext) -> None:
    """See that the machine is still there, and let it start with its host if it did before."""
    with target(job) as it:
        if job.params.get("autostart"):
            _set_autostart(it, True)
        it.record()


def _note_autostart(it: Target) -> bool:
    """Return whether the machine started with its host before the job's first attempt."""
    known = it.job.job.result.get("autostart")
    if known is None:
        known = it.observe().autostart
        it.job.note(autostart=known)
    return bool(known)


def _set_autostart(it: Target, on: bool) -> None:
    if it.observe().autostart != on:
        it.virsh("autostart", *([] if on else ["--disable"]))
        with it.acting():
            it.domain.set_autostart(on)


def _refuse_running(it: Target) -> None:
    if it.observe().state.is_active:
        raise ActionRefused(
            _("%(name)s is on again. Shut it down first.") % {"name": it.vm.name},
            code="wrong-state",
        )
