"""Ask both hosts: the machine as it is now, what the target has, and whether the way works."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from hosts.addresses import address_of, peer_address_of
from hosts.models import Host
from migration.options import Options
from virt.connection import Hypervisor
from virt.domain import Domain
from virt.errors import HostUnreachable, Unreachable
from virt.moving import compat, trial
from virt.moving.compat import GuestFacts, HostSide
from virt.moving.trial import Link
from virt.pool import pooled
from virt.reaching.reach import check_reachable
from virt.uri import HostAddress, build_peer_uri
from vms.models import VM

from .case import Case
from .clocks import clock_ahead
from .known import refused_networks, shared_paths
from .models import LinkTrial
from .proposing import propose

TRIED_FOR = timedelta(minutes=5)
KNOCK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Here:
    """The machine on its host, both read just now."""

    vm: VM
    hypervisor: Hypervisor
    domain: Domain
    guest: GuestFacts
    side: HostSide


@contextmanager
def read_here(vm: VM) -> Iterator[Here]:
    """Open the machine's host and read both. Raises NotFound, HostUnreachable."""
    with pooled(address_of(vm.host), "ops") as hypervisor:
        domain = hypervisor.get_domain(str(vm.uuid))
        guest = compat.guest(domain)
        yield Here(vm, hypervisor, domain, guest, compat.host(hypervisor, guest))


def gather(
    here: Here, target: Host, options: Options | None = None, *, is_anew: bool = False
) -> Case:
    """Read the target and try the way there; `is_anew` does not believe an older trial."""
    vm, guest = here.vm, here.guest
    shared = shared_paths(vm.host, target)
    with pooled(address_of(target), "ops") as there:
        side = compat.host(there, guest, here.hypervisor)
        tried = trial_of(here, target, there, is_anew=is_anew)
    return Case(
        guest=guest,
        source=here.side,
        target=side,
        options=options or propose(guest, here.side, side, shared),
        shared=shared,
        refused_networks=refused_networks(vm, target),
        kvm_works=target.kvm_works,
        link=_link(tried),
        link_transport=tried.way.upper() if tried else "",
        is_port_open=tried.is_port_open if tried else None,
        skew=clock_ahead(vm.host, target),
        is_read=True,
    )


def trial_of(here: Here, target: Host, there: Hypervisor, *, is_anew: bool) -> LinkTrial | None:
    """Return whether the hosts reach each other: of the last minutes, or tried now.

    None where nobody said how the target is reached by others.
    """
    try:
        peer = peer_address_of(target)
        uri = build_peer_uri(peer)
    except ValueError:
        return None
    known = LinkTrial.objects.filter(source=here.vm.host, target=target, address=uri).first()
    young = known is not None and known.tried_at > timezone.now() - TRIED_FOR
    if known is not None and young and not is_anew:
        return known
    return _try(here, target, there, peer, uri)


def _try(here: Here, target: Host, there: Hypervisor, peer: HostAddress, uri: str) -> LinkTrial:
    link = trial.try_link(here.hypervisor, peer, there)
    row, _made = LinkTrial.objects.update_or_create(
        source=here.vm.host,
        target=target,
        defaults={
            "way": str(peer.transport),
            "address": uri,
            "works": link.works,
            "seconds": link.seconds,
            "detail": link.detail,
            "is_timeout": link.is_timeout,
            "is_port_open": True if link.works else _knock(peer),
            "tried_at": timezone.now(),
        },
    )
    return row


def _knock(peer: HostAddress) -> bool | None:
    """Say whether anything listens where the others would knock; None where nobody can tell."""
    try:
        check_reachable(peer, KNOCK_SECONDS)
    except HostUnreachable as error:
        return False if error.cause is Unreachable.REFUSED else None
    return True


def _link(row: LinkTrial | None) -> Link | None:
    if row is None:
        return None
    return Link(row.works, row.seconds, row.detail, row.is_timeout)


def measure(here: Here) -> int | None:
    """Measure how much memory the guest changes; None while it is off, or where QEMU cannot."""
    return compat.dirty_rate(here.domain) if here.guest.is_active else None
