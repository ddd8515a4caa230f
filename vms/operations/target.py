"""On which domain does a job work, and how does it tell what it did?"""

import shlex
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from hosts.addresses import address_of
from jobs.context import JobContext
from jobs.errors import Undetermined
from virt.connection import Hypervisor
from virt.domain import Domain
from virt.errors import HostUnreachable, NotFound, OperationTimeout, Unreachable
from virt.facts.domain import DomainInfo
from virt.pool import pooled
from vms.models import VM
from vms.sync.rows import drop, take_over


@dataclass(frozen=True, slots=True)
class Target:
    """A machine, its domain and the connection to its host."""

    job: JobContext
    vm: VM
    hypervisor: Hypervisor
    domain: Domain

    def observe(self) -> DomainInfo:
        """Read the domain."""
        return self.domain.info()

    def record(self) -> None:
        """Make the machine's row equal to the domain; one that is gone with its power has none.

        The domain may change between reading and writing, and the watcher may have written that
        already: so it is read again until it is as it was written.
        """
        written = None
        try:
            while (now := self.domain.info()) != written:
                take_over(self.vm.host, now)
                written = now
        except NotFound:
            drop(self.vm)

    def virsh(self, verb: str, *flags: str) -> None:
        """Note the virsh command on this domain that does what is done next."""
        self.job.command(virsh(verb, self.vm.name, flags=flags))

    @contextmanager
    def aside(self) -> Iterator[Domain]:
        """Lend the domain over a second connection, to look on while the first one works.

        libvirt's client before 10.3 may crash when a connection with two calls in it breaks.
        """
        with pooled(address_of(self.vm.host), "poll") as hypervisor:
            yield Domain(hypervisor, self.domain.uuid)

    def acting(self) -> AbstractContextManager[None]:
        """Say honestly that the outcome is not known when the host goes away meanwhile."""
        return honest(self.vm.name)


@contextmanager
def honest(name: str, *, even_before: bool = False) -> Iterator[None]:
    """Turn a connection lost, or a time-out, in the middle of an act into "undetermined".

    `even_before` says so of a host that cannot be reached at all, too: an earlier attempt may
    have acted.
    """
    try:
        yield
    except HostUnreachable as error:
        if error.cause is not Unreachable.LOST and not even_before:
            raise
        raise Undetermined(_lost(name), detail=error.detail) from error
    except OperationTimeout as error:
        raise Undetermined(_lost(name), detail=error.detail) from error


def _lost(name: str) -> str:
    return _(
        "The host stopped answering while this was done, so it is not known whether it "
        "happened. Look at %(name)s again once the host answers."
    ) % {"name": name}


@contextmanager
def target(job: JobContext) -> Iterator[Target]:
    """Open the host of the job's machine and look the domain up."""
    vm = machine_of(job)
    with pooled(address_of(vm.host), "ops") as hypervisor:
        yield Target(job, vm, hypervisor, hypervisor.get_domain(str(vm.uuid)))


def find_machine(job: JobContext) -> VM | None:
    """Return the job's machine, or None when it is no more."""
    return VM.objects.select_related("host").filter(pk=job.job.target_id or 0).first()


def machine_of(job: JobContext) -> VM:
    """Return the job's machine; ActionRefused when it is no more."""
    vm = find_machine(job)
    if vm is None:
        raise ActionRefused(_("The machine is no more."), code="gone")
    return vm


def virsh(verb: str, *words: str, flags: Sequence[str] = ()) -> str:
    """Return a virsh command that can be pasted into a shell, whatever the names are."""
    if any(word.startswith("-") for word in words):
        return shlex.join(["virsh", verb, *flags, "--", *words])
    return shlex.join(["virsh", verb, *words, *flags])
