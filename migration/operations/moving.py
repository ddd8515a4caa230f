"""Move a machine: observe, act, record.

Once begun the hosts do it by themselves. A worker that dies is replaced: the next attempt looks
at both hosts, follows what still moves, and begins nothing a second time. However it ends, both
hosts are asked where the machine is.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.access import ActionRefused
from hosts.addresses import address_of
from jobs.context import JobContext
from jobs.errors import Cancelled, Undetermined
from migration.checks import refuse_blocked
from migration.models import Migration, Outcome, Phase
from migration.waiting import BEGUN, CARRIED
from virt.errors import HostUnreachable, NotFound, OperationTimeout, VirtError
from virt.facts.domain import DomainInfo, DomainState
from virt.facts.storage import PoolInfo
from virt.moving import migration as moving
from virt.moving.migration import Move
from virt.pool import pooled
from virt.uri import build_peer_uri
from vms.models import VM
from vms.operations.target import Target, machine_of

from . import preparing
from .carrying import carry, forget_half_made
from .cleaning import clean
from .recording import Recorder, event_of
from .settling import Truth, find_truth, record
from .watching import Watch


def migrate(job: JobContext) -> dict[str, Any]:
    """Carry the job's migration to its end, and tell how it really ended."""
    vm = machine_of(job)
    row = Migration.objects.select_related("source", "target", "vm").filter(
        pk=job.params["migration"]
    )
    found = row.first()
    if found is None or found.source is None or found.target is None:
        raise ActionRefused(_("The host is no more."), code="gone")
    work = _Moving(job, vm, Recorder(job, found))
    if job.job.result.get(BEGUN):
        return work.adopt()
    return work.begin()


class _Moving:
    """One attempt at one migration."""

    def __init__(self, job: JobContext, vm: VM, recorder: Recorder) -> None:
        self.job, self.vm, self.recorder = job, vm, recorder
        self.row = recorder.row
        assert self.row.source is not None
        assert self.row.target is not None
        self.source, self.target = self.row.source, self.row.target

    def begin(self) -> dict[str, Any]:
        """Check once more, begin, and follow."""
        if self.vm.host_id != self.source.pk:
            text = _("%(name)s is not on %(host)s any more.")
            raise ActionRefused(text % {"name": self.vm.name, "host": self.source.name})
        self.job.progress(None, gettext_noop("Checking both hosts"))
        with self._at_source() as it:
            info = it.observe()
            move, volumes = self._prepare(info, it.hypervisor.pools())
            self.job.check_cancelled()
            if volumes and not info.state.is_active:
                self.recorder.event("carrying")
                self.recorder.phase(Phase.COPYING)
                carry(it, info, volumes, self.recorder)
            self._note(info, move)
            error, watch = self._run(it, move, info)
        return self._end(error, is_cancelled=watch.is_cancelled)

    def adopt(self) -> dict[str, Any]:
        """Follow what an earlier attempt began; never begin it again."""
        self.recorder.event("adopted")
        cancelled, error = False, None
        try:
            with self._at_source() as it:
                watch = Watch(it, self.recorder)
                watch.follow()
                cancelled = watch.is_cancelled
        except NotFound:
            pass  # it is gone from here: both hosts are asked below
        except (HostUnreachable, OperationTimeout) as lost:
            error = lost
        return self._end(error, is_cancelled=cancelled)

    @contextmanager
    def _at_source(self) -> Iterator[Target]:
        with pooled(address_of(self.source), "ops") as hypervisor:
            domain = hypervisor.get_domain(str(self.row.vm_uuid))
            yield Target(self.job, self.vm, hypervisor, domain)

    def _prepare(
        self, info: DomainInfo, here: Sequence[PoolInfo]
    ) -> tuple[Move, list[preparing.Volume]]:
        options = self.row.wish
        refuse_blocked(self.vm, self.target, options)
        with pooled(address_of(self.target), "ops") as there:
            preparing.check_nobody_there(there, info, self.target)
            forget_half_made(there, self.job.job.result.get(CARRIED, []))
            volumes = preparing.volumes_of(there, here, info, options)
        made = [volume.as_json() for volume in volumes]
        if made != self.job.job.result.get("made", []):
            self.job.note(made=made)
        return preparing.move_of(self.target, options, volumes), volumes

    def _note(self, info: DomainInfo, move: Move) -> None:
        is_on = info.state.is_active
        command = preparing.command_of(self.vm.name, move, build_peer_uri(move.peer), is_on=is_on)
        self.recorder.write(
            options={**self.row.options, "was_off": not is_on},
            events=[*self.row.events, event_of("began")],
            phase=Phase.COPYING,
        )
        self.job.command(command)
        self.job.note(**{BEGUN: True})

    def _run(self, it: Target, move: Move, info: DomainInfo) -> tuple[VirtError | None, Watch]:
        """Let the hosts do it in a thread of its own, and watch over another connection."""
        with ThreadPoolExecutor(1, "migrate") as thread:
            work = thread.submit(moving.perform, it.domain, move)
            watch = Watch(it, self.recorder, work)
            self._first_wishes(info)
            watch.follow()
            try:
                work.result()
            except VirtError as error:
                return error, watch
        return None, watch

    def _first_wishes(self, info: DomainInfo) -> None:
        """Wish the longest pause as soon as there is a job that can be told."""
        downtime = self.row.wish.max_downtime_ms
        if downtime and info.state.is_active:
            wish = {"value": downtime, "who": ""}
            self.recorder.write(controls={"max_downtime_ms": wish, **self.row.controls})

    def _end(self, error: VirtError | None, *, is_cancelled: bool) -> dict[str, Any]:
        """Ask both hosts, write what is true, and end the job with it."""
        self.job.progress(None, gettext_noop("Looking at both hosts"))
        self.recorder.phase(Phase.SETTLING)
        if error is not None and not is_cancelled:
            self.recorder.event("failed", message=error.message)
        if error is None and self.row.applied.get("pause"):
            self._go_on()
        truth = find_truth(self.row)
        if not self.job.holds():
            self.job.check_cancelled()
        record(self.row, truth)
        clean(self.row, truth, self.job.job.result.get("made", []))
        return self._result(truth, error, is_cancelled=is_cancelled)

    def _go_on(self) -> None:
        """Let a guest that was paused for its move run at the target."""
        try:
            with pooled(address_of(self.target), "ops") as hypervisor:
                domain = hypervisor.get_domain(str(self.row.vm_uuid))
                if domain.state() is DomainState.PAUSED:
                    domain.resume()
                    self.recorder.event("resumed")
        except VirtError:
            return  # the settling tells what is there

    def _result(
        self, truth: Truth, error: VirtError | None, *, is_cancelled: bool
    ) -> dict[str, Any]:
        names = {"name": self.vm.name, "from": self.source.name, "to": self.target.name}
        detail = error.detail if error is not None else ""
        match truth.outcome:
            case Outcome.MIGRATED:
                return {"host": self.target.pk, "downtime_ms": self.row.downtime_ms}
            case Outcome.UNDETERMINED:
                text = _(
                    "A host does not answer, so it is not known whether %(name)s is on %(from)s or "
                    "on %(to)s. Nothing can be done with it until both answer."
                )
                raise Undetermined(text % names, detail=detail)
            case Outcome.STAYED if is_cancelled:
                raise Cancelled
            case Outcome.STAYED:
                text = _("%(name)s did not move. It is on %(from)s, as before.")
            case Outcome.CRASHED:
                text = _("%(name)s stopped on the way. It is off; its disks are as it left them.")
            case Outcome.TWO_COPIES:
                text = _("%(name)s runs on %(from)s and on %(to)s. Decide which copy ends.")
            case _:
                text = _("%(name)s was lost on the way. End what is left of it on both hosts.")
        raise MoveFailed(text % names, code=truth.outcome or "failed", detail=detail)


class MoveFailed(VirtError):
    """A migration ended otherwise than wished; `code` says how."""

    def __init__(self, message: str, *, code: str, detail: str = "") -> None:
        super().__init__(message, detail=detail)
        self.slug = code
