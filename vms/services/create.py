"""Ask for a new machine: check the wish, choose a host, make the row, leave the rest to a job."""

import uuid
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, is_admin, require
from accounts.models import Team, User
from hosts.models import Host
from jobs.models import Job
from jobs.services import asked_before, create_job
from vms.choices import NO_NETWORK, default_network
from vms.models import VM
from vms.names import BadName, check_free
from vms.placement import choose_host, knows_firmware, knows_tpm
from vms.states import VMState

from .refusing import refuse_field
from .wishes import CreateRequest, Wish, read_wish

__all__ = ["CreateRequest", "request_create"]


@dataclass(frozen=True, slots=True)
class _Place:
    host: Host
    network: str


def request_create(spec: CreateRequest, by: User, *, idempotency_key: str = "") -> Job:
    """Create the machine's row and the job that makes it; `job.target_id` is the new machine.

    Raises PermissionDenied, or ActionRefused: 400 with `extra["fields"]`, 422 when no host can
    take it, 503 when the host does not answer.
    """
    team = Team.objects.filter(pk=spec.team_id).first() if spec.team_id else None
    owner = spec.owner or by
    require(by, Capability.VM_CREATE)
    if spec.host_id and not is_admin(by):
        raise refuse_field("host", _("Only administrators choose the host."))
    wish = read_wish(spec)
    with transaction.atomic():
        if again := asked_before(by.pk, idempotency_key):
            return again
        try:
            check_free(wish.name)
        except BadName as error:
            raise refuse_field("name", str(error)) from error
        place = _place(spec, wish)
        vm = _row(wish, place, owner, team)
        require(by, Capability.VM_CREATE, vm)
        return create_job(
            "vm.create",
            target_kind="vm",
            target_id=vm.pk,
            target_name=vm.name,
            host_id=place.host.pk,
            actor=by,
            params=replace(wish, network=place.network).as_params(),
            audiences=vm.audiences,
            idempotency_key=idempotency_key,
        )


def _place(spec: CreateRequest, wish: Wish) -> _Place:
    host = _named_host(spec.host_id, wish) if spec.host_id else _best_host(wish)
    if host is None:
        raise ActionRefused(
            _("No host that answers can take this machine. Choose a smaller size, or try later."),
            code="no-room",
            status=422,
        )
    network = wish.network or default_network(host)
    if wish.kind == "network" and network == NO_NETWORK:
        raise refuse_field("network", _("Booting from the network needs a network."))
    if (
        network not in {"", NO_NETWORK}
        and not host.networks.filter(name=network, active=True).exists()
    ):
        raise refuse_field(
            "network", _("There is no active network called %(name)s.") % {"name": network}
        )
    return _Place(host, network)


def _best_host(wish: Wish) -> Host | None:
    return choose_host(wish.memory, volume=wish.iso, firmware=wish.firmware, tpm=wish.tpm)


def _named_host(host_id: int, wish: Wish) -> Host:
    host = Host.objects.filter(pk=host_id).first()
    if host is None:
        raise refuse_field("host", _("There is no such host."))
    if not host.is_online:
        raise ActionRefused(
            _("%(name)s does not answer. Choose another host, or try later.") % {"name": host.name},
            code="host-unreachable",
            status=503,
        )
    if not knows_firmware(host, wish.firmware):
        raise refuse_field(
            "firmware", _("%(name)s does not have this firmware.") % {"name": host.name}
        )
    if wish.tpm and not knows_tpm(host):
        raise refuse_field("tpm", _("%(name)s cannot emulate a TPM.") % {"name": host.name})
    if host.memory and wish.memory > host.memory:
        raise refuse_field("memory", _("%(name)s has less memory than that.") % {"name": host.name})
    return host


def _row(wish: Wish, place: _Place, owner: User, team: Team | None) -> VM:
    return VM.objects.create(
        host=place.host,
        uuid=uuid.uuid4(),
        name=wish.name,
        owner=owner,
        team=team,
        description=wish.description,
        is_made=False,
        state=VMState.OFF,
        vcpus=wish.vcpus,
        memory=wish.memory,
        firmware=wish.firmware,
        has_tpm=wish.tpm,
    )
