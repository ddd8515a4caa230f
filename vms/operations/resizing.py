"""Give a machine other processors and memory: for its next start, and at once where that can be.

The definition is changed first, so that what cannot be done while it runs waits for the next start.
Saying so twice changes nothing more.
"""

import time
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.access import ActionRefused
from jobs.context import JobContext
from virt.domains.sizes import MEMORY_STEP, Sizes
from virt.errors import Busy, VirtError
from virt.facts.domain import DomainInfo, DomainState
from virt.units import KIB
from virt.xml import read
from virt.xml.edit import DomainEdit
from vms.models import VM
from vms.resizing.pending import pending_of
from vms.resizing.rules import refuse_fixed
from vms.resizing.wishes import Resize

from .target import Target, target

GUEST_SECONDS = 15.0  # which a guest gets to give memory back, or to take it
LOOK_EVERY = 0.5
KEPT_VCPUS = gettext_noop(
    "The processors could not be changed while it runs: the guest keeps those that it was started "
    "with. They change at the next start."
)
SLOW_VCPUS = gettext_noop(
    "The guest has not let go of its processors yet. It may still do so; at the next start it has "
    "what was asked for."
)
KEPT_MEMORY = gettext_noop(
    "The memory could not be changed while it runs. It changes at the next start."
)
SLOW_MEMORY = gettext_noop(
    "The guest has not followed with its memory yet. It may still do so; at the next start it has "
    "what was asked for."
)


def resize(job: JobContext) -> dict[str, Any]:
    """Define the wished figures, and have them at once as far as that is wished and possible."""
    wish = Resize.of_params(job.params)
    with target(job) as it:
        _define(it, wish.sizes)
        is_live = wish.live and it.domain.state() is DomainState.RUNNING
        remarks = _at_once(it, wish) if is_live else []
        it.record()
        _take_size(it, wish.size)
        after = it.observe()
    return {"remarks": remarks, "now": asdict(after.sizes), "after": asdict(wish.sizes)}


def keep_size(job: JobContext) -> dict[str, Any]:
    """Make the next start give the machine what it has now."""
    with target(job) as it:
        now = it.observe()
        if now.later is not None:
            _define(it, now.sizes)
        it.record()
        VM.objects.filter(pk=it.vm.pk).update(next_size="")
    return {"after": asdict(now.sizes)}


def _define(it: Target, wanted: Sizes) -> None:
    """Change the definition from which the machine starts; the rest of it stays as it is."""
    edit = DomainEdit(it.domain.xml(secure=True, inactive=True))
    before = read.domain(edit.text)
    refuse_fixed(before.fixed)
    if before.sizes == wanted:
        return
    info = it.observe()
    if not info.persistent:
        raise ActionRefused(_("The host keeps no definition of the machine."), code="transient")
    if info.has_managed_save:
        raise ActionRefused(_("The machine was saved meanwhile."), code="wrong-state")
    edit.set_memory(wanted.memory, wanted.max_memory)
    edit.set_vcpus(wanted.vcpus, wanted.max_vcpus)
    it.job.note(before=asdict(before.sizes), diff=edit.diff())
    _tell_definition(it, before.sizes, wanted)
    with it.acting():
        it.hypervisor.define(edit.text)


def _tell_definition(it: Target, before: Sizes, wanted: Sizes) -> None:
    """Note the virsh commands, the most before the present where it grows and after it else."""
    vcpus = [("setvcpus", str(wanted.max_vcpus), "--maximum"), ("setvcpus", str(wanted.vcpus))]
    memory = [
        ("setmaxmem", f"{wanted.max_memory // KIB}KiB"),
        ("setmem", f"{wanted.memory // KIB}KiB"),
    ]
    if wanted.max_vcpus < before.max_vcpus:
        vcpus.reverse()
    if wanted.max_memory < before.max_memory:
        memory.reverse()
    for verb, *words in [*vcpus, *memory]:
        it.virsh(verb, *words, "--config")


def _at_once(it: Target, wish: Resize) -> list[str]:
    """Change the running guest as far as it can grow; return what is to be said of the rest."""
    info = it.observe()
    return [*_plug(it, info, wish.vcpus), *_inflate(it, info, wish.memory)]


def _plug(it: Target, info: DomainInfo, vcpus: int) -> list[str]:
    wanted = min(vcpus, info.max_vcpus)
    if wanted == info.vcpus:
        return []
    it.virsh("setvcpus", str(wanted), "--live")
    try:
        with it.acting():
            it.domain.set_vcpus_now(wanted)
    except Busy as error:  # in libvirt's words the unplugging timed out, which goes on
        it.job.note(vcpus_kept=error.detail)
        return [SLOW_VCPUS]
    except VirtError as error:
        it.job.note(vcpus_kept=error.detail)
        return [KEPT_VCPUS]
    return []


def _inflate(it: Target, info: DomainInfo, memory: int) -> list[str]:
    wanted = min(memory, info.max_memory)
    if abs(wanted - info.memory) < MEMORY_STEP:
        return []
    it.virsh("setmem", f"{wanted // KIB}KiB", "--live")
    it.job.progress(None, gettext_noop("Waiting for the guest"))
    try:
        with it.acting():
            it.domain.set_memory_now(wanted)
    except VirtError as error:
        it.job.note(memory_kept=error.detail)
        return [KEPT_MEMORY]
    return [] if _has_followed(it, wanted) else [SLOW_MEMORY]


def _has_followed(it: Target, wanted: int) -> bool:
    """Wait a little for the guest, which changes its memory by itself."""
    deadline = time.monotonic() + GUEST_SECONDS
    while abs(it.observe().memory - wanted) >= MEMORY_STEP:
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_EVERY)
    return True


def _take_size(it: Target, slug: str) -> None:
    """Make it of this size once nothing waits for its next start: it costs as before until then."""
    row = VM.objects.filter(pk=it.vm.pk)
    if pending_of(row.get()) is None:
        row.update(size=slug, next_size="")
    else:
        row.update(next_size=slug)
