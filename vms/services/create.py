"""Ask for new machines: check the wish, choose a host, make the row, leave the rest to a job.

Several are asked for at once or not at all: one reservation, one transaction, a job for each.
They are numbered and of one person, or handed out: each with a name and a person of its own.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, allows, is_admin, is_program, require
from accounts.models import Team, User
from hosts.models import Host
from jobs.models import Job
from jobs.services import asked_before, create_job
from quotas.services import reserve, reserve_each
from vms.affinity.services import group_for
from vms.counting import wanted_of
from vms.making.choices import NO_NETWORK, default_network, has_network
from vms.models import VM
from vms.names import BadName, check_free, numbered
from vms.states import VMState

from .approving import refuse_unapproved_creation
from .keeping import end_of
from .placing import best_host, named_host, need_for, no_network
from .refusing import refuse_field
from .wishes import MOST_AT_ONCE, CreateRequest, Wish, read_wish

__all__ = ["CreateRequest", "Handed", "request_create", "request_handed", "request_several"]


@dataclass(frozen=True, slots=True)
class Handed:
    """One of several machines, with a name and a person of its own."""

    name: str
    owner: User


@dataclass(frozen=True, slots=True)
class _Place:
    host: Host
    network: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asks for what, for whom."""

    spec: CreateRequest
    wish: Wish
    by: User
    team: Team | None

    @property
    def owner(self) -> User:
        return self.spec.owner or self.by


def request_create(
    spec: CreateRequest, by: User, *, idempotency_key: str = "", is_approved: bool = False
) -> Job:
    """Create one machine's row and the job that makes it; `job.target_id` is the new machine.

    Raises what `request_several` raises.
    """
    jobs = request_several(spec, 1, by, idempotency_key=idempotency_key, is_approved=is_approved)
    return jobs[0]


def request_several(
    spec: CreateRequest,
    count: int,
    by: User,
    *,
    idempotency_key: str = "",
    is_approved: bool = False,
) -> list[Job]:
    """Create `count` machines' rows, numbered after `spec.name`, and the job that makes each.

    `is_approved` says that somebody who decides has agreed to this very wish.

    Raises PermissionDenied, or ActionRefused: 400 with `extra["fields"]`, 404 for a team that is
    not there, 422 when no host can take it, when it is not offered (`not-offered`) or has to be
    approved first (`needs-approval`), 503 when the host does not answer. Then none is made.
    """
    require(by, Capability.VM_CREATE)
    team = team_for(spec.team_id, by)
    if spec.host_id and not is_admin(by):
        raise refuse_field("host", _("Only administrators choose the host."))
    refuse_bad_count(count)
    wish = read_wish(spec, by, team)
    ends_at = end_of(spec.ends_at, team, by)
    keys = _keys(idempotency_key, count)
    with transaction.atomic():
        if again := [job for key in keys if (job := asked_before(by.pk, key))]:
            return again
        if not is_approved:
            refuse_unapproved_creation(wish, by, team)
        owner = spec.owner or by
        reserve(team, owner, wanted_of(wish, count), past_person_limit=is_approved)
        names = free_names(wish.name, count, team, owner)
        wishes = [replace(wish, name=name) for name in names]
        asked = [_Asked(spec, one, by, team) for one in wishes]
        return [_ask(one, ends_at, key) for one, key in zip(asked, keys, strict=True)]


def request_handed(
    spec: CreateRequest, handed: Sequence[Handed], by: User, *, idempotency_key: str = ""
) -> list[Job]:
    """Create a machine of the team for each of `handed`, and the job that makes it.

    `spec.name` does not count. Each person's own limits in the team hold. Raises what
    `request_several` raises, and PermissionDenied unless `by` manages the team.
    """
    team = team_for(spec.team_id, by)
    require(by, Capability.TEAM_MANAGE, team)
    if team is None:
        raise refuse_field("team", _("Only machines of a team are handed out."))
    refuse_bad_count(len(handed))
    wish = read_wish(replace(spec, name=handed[0].name), by, team)
    ends_at = end_of(spec.ends_at, team, by)
    keys = _keys(idempotency_key, len(handed))
    with transaction.atomic():
        if again := [job for key in keys if (job := asked_before(by.pk, key))]:
            return again
        refuse_unapproved_creation(wish, by, team)
        reserve_each(team, [one.owner for one in handed], wanted_of(wish))
        for one in handed:
            free_names(one.name, 1, team, one.owner)
        asked = [
            _Asked(replace(spec, owner=one.owner), replace(wish, name=one.name), by, team)
            for one in handed
        ]
        return [_ask(one, ends_at, key) for one, key in zip(asked, keys, strict=True)]


def refuse_bad_count(count: int) -> None:
    """Raise ActionRefused (400, `count`) for a number of machines that nobody gets at once."""
    if not 1 <= count <= MOST_AT_ONCE:
        words = {"most": MOST_AT_ONCE}
        raise refuse_field("count", _("From 1 to %(most)d machines at once.") % words)


def free_names(name: str, count: int, team: Team | None, owner: User | None) -> list[str]:
    """Return the names of `count` machines. Raises ActionRefused (400, `name`) for one in use."""
    try:
        return [check_free(one, team, owner) for one in numbered(name, count)]
    except BadName as error:
        raise refuse_field("name", str(error)) from error


def _keys(key: str, count: int) -> list[str]:
    """Return the idempotency key of each job: the first has the caller's own."""
    return [f"{key[:76]}/{n:02d}" if key and n else key for n in range(count)]


def _ask(asked: _Asked, ends_at: datetime | None, idempotency_key: str) -> Job:
    """Make one machine's row and job, in the transaction that has reserved it."""
    group = group_for(asked.spec.group_id, asked.team, asked.by)
    place = _place(asked)
    vm = _row(asked, place, ends_at)
    require(asked.by, Capability.VM_CREATE, vm)
    if group is not None:
        group.machines.add(vm)
    return create_job(
        "vm.create",
        **vm.about,
        host_id=place.host.pk,
        actor=asked.by,
        params=replace(asked.wish, network=place.network).as_params(),
        audiences=vm.audiences,
        idempotency_key=idempotency_key,
    )


def team_for(team_id: int | None, by: User) -> Team | None:
    """Return the team in which `by` wants to make a machine.

    Raises ActionRefused (404) for a team that is not theirs, PermissionDenied where they may not.
    """
    if team_id is None and not is_program(by):
        return None
    team_id = team_id or by.service_team_id  # a program has nothing of its own
    team = Team.objects.filter(pk=team_id or 0).first()
    if team is None or not allows(by, Capability.TEAM_VIEW, team):
        text = _("There is no such team.")
        raise ActionRefused(text, code="not-found", status=404, fields={"team": text})
    if not allows(by, Capability.VM_CREATE, team):
        raise PermissionDenied
    return team


def _place(asked: _Asked) -> _Place:
    wish = asked.wish
    need = need_for(wish, asked.by, asked.team, asked.spec.group_id)
    if asked.spec.host_id:
        host = named_host(need, asked.spec.host_id, wish.name)
    else:
        host = best_host(need, wish.name)
    network = wish.network or default_network(host, asked.by, asked.team)
    if wish.kind == "network" and network == NO_NETWORK:
        raise refuse_field("network", _("Booting from the network needs a network."))
    if not has_network(host, network, asked.by, asked.team):
        raise no_network(network)
    return _Place(host, network)


def _row(asked: _Asked, place: _Place, ends_at: datetime | None) -> VM:
    wish = asked.wish
    return VM.objects.create(
        host=place.host,
        uuid=uuid.uuid4(),
        name=wish.name,
        owner=asked.owner,
        team=asked.team,
        description=wish.description,
        is_made=False,
        state=VMState.OFF,
        size=wish.size,
        ends_at=ends_at,
        vcpus=wish.vcpus,
        memory=wish.memory,
        disk_bytes=wish.disk,
        firmware=wish.firmware,
        has_tpm=wish.tpm,
    )
