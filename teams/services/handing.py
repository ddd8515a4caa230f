"""Hand out machines: one of the same kind to each of many members, all of them or none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.access import Capability, require
from accounts.models import Membership, Team, User
from jobs import audit
from jobs.models import Job
from jobs.notices import notify
from jobs.services import asked_before
from vms.models import VM
from vms.services.create import Handed, request_handed
from vms.services.refusing import refuse_field
from vms.services.wishes import CreateRequest

PLACE = "{user}"
PATTERN = "lab-{user}"


@dataclass(frozen=True, slots=True)
class _Act:
    """Who hands out what, in which team."""

    team: Team
    spec: CreateRequest
    by: User


def hand_out(
    team: Team, spec: CreateRequest, people: Sequence[int], by: User, *, idempotency_key: str = ""
) -> list[Job]:
    """Make a machine for each of `people`, and the job for each; the same key makes them once.

    `spec.name` is the pattern of the names. Raises PermissionDenied, or ActionRefused for all of
    them: 400 with `extra["fields"]` for a bad or taken name and for who is no member, 422 beyond a
    quota or without approval where `by` does not decide.
    """
    require(by, Capability.TEAM_MANAGE, team)
    act = _Act(team, replace(spec, team_id=team.pk), by)
    with transaction.atomic():
        found = _members(team, people)
        is_again = asked_before(by.pk, idempotency_key) is not None
        handed = handed_to(spec.name, found)
        jobs = request_handed(act.spec, handed, by, idempotency_key=idempotency_key)
        if not is_again:
            _record(act, handed)
            _tell(act, handed, jobs)
    return jobs


def members_of(team: Team) -> list[User]:
    """Return the people who can get a machine, by name; programs are left out."""
    rows = Membership.objects.filter(team=team, user__is_active=True, user__service_team=None)
    return [row.user for row in rows.select_related("user").order_by("user__username")]


def name_for(pattern: str, person: User) -> str:
    """Return the name of a person's machine: "lab-{user}" becomes "lab-sam"."""
    word = slugify(person.username.partition("@")[0].replace(".", "-").replace("_", "-"))
    return pattern.strip().replace(PLACE, word.strip("-") or f"user-{person.pk}")


def handed_to(pattern: str, people: Sequence[User]) -> list[Handed]:
    """Return each person's machine. Raises ActionRefused (400, `name`) for two of one name."""
    handed = [Handed(name_for(pattern, person), person) for person in people]
    if len(handed) > 1 and PLACE not in pattern:
        text = _("Write %(place)s where each person's name belongs.")
        raise refuse_field("name", text % {"place": PLACE})
    seen: set[str] = set()
    for one in handed:
        if one.name.lower() in seen:
            text = _("Two machines would be called %(name)s.")
            raise refuse_field("name", text % {"name": one.name})
        seen.add(one.name.lower())
    return handed


def had_already(team: Team, source: str) -> dict[int, str]:
    """Return by person what they have in the team that was made from `source`."""
    kept = dict(VM.objects.kept().filter(team=team).values_list("pk", "name"))
    owners = dict(VM.objects.filter(team=team).exclude(owner=None).values_list("pk", "owner"))
    made = Job.objects.filter(kind="vm.create", target_id__in=list(kept))
    return {
        owners[pk]: kept[pk]
        for pk, params in made.order_by("-pk").values_list("target_id", "params")
        if pk in owners and _source_of(params) == source
    }


def _source_of(params: dict[str, Any]) -> str:
    kind = params.get("kind", "")
    rest = {"image": params.get("image", ""), "iso": "/".join(params.get("iso") or [])}
    return f"{kind}:{rest[kind]}" if kind in rest else str(kind)


def _members(team: Team, people: Iterable[int]) -> list[User]:
    """Return these members, who stay so until the machines are theirs."""
    wanted = set(people)
    Team.objects.select_for_update().get(pk=team.pk)
    found = [person for person in members_of(team) if person.pk in wanted]
    if not wanted:
        raise refuse_field("members", _("Choose who gets a machine."))
    if len(found) != len(wanted):
        raise refuse_field("members", _("Only members of the team get machines."))
    return found


def _record(act: _Act, handed: Sequence[Handed]) -> None:
    audit.record(
        act.by,
        "team.hand_out",
        target_kind="team",
        target_id=act.team.pk,
        target_name=act.team.name,
        detail={
            "machines": [one.name for one in handed],
            "people": [one.owner.username for one in handed],
            "source": act.spec.source,
            "size": act.spec.size,
        },
    )


def _tell(act: _Act, handed: Sequence[Handed], jobs: Sequence[Job]) -> None:
    for one, job in zip(handed, jobs, strict=True):
        if one.owner == act.by:
            continue
        words = {"name": one.name, "by": act.by.display_name, "team": act.team.name}
        notify(
            users=[one.owner],
            subject=_("%(by)s gives you the machine %(name)s") % words,
            text=_("It is being made in the team %(team)s, and it is yours.") % words,
            url=reverse("vms:detail", args=[job.target_id]),
            kind="team",
        )
