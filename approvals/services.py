"""Ask, decide, withdraw: short transactions, each of which happens once."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import (
    ActionRefused,
    Capability,
    Person,
    allows,
    is_program,
    on_whole_site,
    role_is,
)
from accounts.models import Membership, Team, User
from jobs import audit
from jobs.models import Job
from jobs.notices import notify
from live.publish import announce

from .kinds import get_kind
from .models import Request, RequestState

MOST_WAITING = 20  # of one person, so that nobody floods those who decide


def ask(
    kind: str,
    *,
    by: User,
    team: Team | None,
    params: Mapping[str, Any] | None = None,
    comment: str = "",
    target_kind: str = "",
    target_id: int | None = None,
    target_name: str = "",
) -> Request:
    """Ask for something that somebody else decides; they hear of it.

    Raises Http404 for a team that `by` does not see, ActionRefused (409, `asked-already`) while the
    same is waiting already, (422, `too-many`) when too much of the person's is waiting.
    """
    get_kind(kind)
    if team is not None and not allows(by, Capability.TEAM_VIEW, team):
        raise Http404
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        _refuse_repeated(kind, by, target_kind, target_id)
        request = Request.objects.create(
            kind=kind,
            team=team,
            person=by,
            params=dict(params or {}),
            comment=comment.strip()[:500],
            target_kind=target_kind,
            target_id=target_id,
            target_name=target_name[:255],
        )
        _record(request, by, "request.ask", {"params": request.params, "comment": request.comment})
        _announce(request)
        notify(
            users=deciders(request),
            subject=_("%(person)s asks for %(what)s")
            % {"person": by.display_name, "what": request.summary},
            text=request.comment,
            url=_url(request),
            kind="request",
        )
    return request


def decide(request: Request, by: User, approve: bool, answer: str = "") -> Request:
    """Approve or decline, once; what was approved is done in the same transaction.

    Raises PermissionDenied, ActionRefused (409, `request-over`) when it is decided already, (409,
    `blocked`) when something stands against it, or what doing it raises. It then still waits.
    """
    with transaction.atomic():
        now = Request.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if not may_decide(now, by):
            raise PermissionDenied
        _refuse_over(now)
        job = _perform(now, by) if approve else None
        state = RequestState.APPROVED if approve else RequestState.DECLINED
        _close(now, state, by, answer.strip()[:500], job)
        action = "request.approve" if approve else "request.decline"
        _record(now, by, action, {"answer": now.answer, "params": now.params})
        _tell_person(now, by)
    return now


def withdraw(request: Request, by: User) -> Request:
    """Take back one's own request while nobody has decided it."""
    with transaction.atomic():
        now = Request.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if now.person_id != by.pk:
            raise PermissionDenied
        _refuse_over(now)
        _close(now, RequestState.WITHDRAWN, by, "", None)
        _record(now, by, "request.withdraw", {})
    return now


def may_decide(request: Request, user: Person) -> bool:
    """Say whether `user` is one of those who decide it: never who asks, never a program."""
    return user.pk != request.person_id and would_decide(request, user)


def would_decide(request: Request, user: Person) -> bool:
    """Say whether `user` decides requests like this one, were it not theirs."""
    if is_program(user):
        return False
    capability = request.spec.decide
    if on_whole_site(user, capability):
        return True
    if capability != Capability.REQUEST_DECIDE or request.team is None:
        return False
    return allows(user, capability, request.team)


def deciders(request: Request) -> list[User]:
    """Return who is asked: those who decide in the team, else the administrators."""
    people = User.objects.filter(is_active=True, service_team=None).exclude(pk=request.person_id)
    if request.spec.decide == Capability.REQUEST_DECIDE and request.team_id is not None:
        roles = Membership.objects.filter(role_is(request.spec.decide), team=request.team_id)
        found = list(people.filter(pk__in=roles.values("user")))
        if found:
            return found
    return list(people.filter(is_superuser=True))


def waiting_for(user: Person) -> QuerySet[Request]:
    """Return the requests that wait for `user`."""
    if not user.is_authenticated or not user.is_active:
        return Request.objects.none()
    return Request.objects.waiting().decidable_by(user)


def _perform(request: Request, by: User) -> Job | None:
    against = [line.text for line in request.spec.effect(request) if not line.ok]
    if against:
        raise ActionRefused(" ".join(against), code="blocked")
    return request.spec.perform(request, by)


def _close(request: Request, state: RequestState, by: User, answer: str, job: Job | None) -> None:
    request.state = state
    request.decided_by = by
    request.decided_at = timezone.now()
    request.answer = answer
    request.job = job
    request.rev += 1
    request.save(update_fields=["state", "decided_by", "decided_at", "answer", "job", "rev"])
    _announce(request)


def _refuse_over(request: Request) -> None:
    if request.is_waiting:
        return
    who = request.decided_by.display_name if request.decided_by else "–"
    raise ActionRefused(
        _("This request is decided already: %(state)s, by %(person)s.")
        % {"state": request.get_state_display(), "person": who},
        code="request-over",
    )


def _refuse_repeated(kind: str, by: User, target_kind: str, target_id: int | None) -> None:
    waiting = Request.objects.waiting()
    if waiting.filter(person=by).count() >= MOST_WAITING:
        raise ActionRefused(
            _("%(count)d requests of yours are waiting already. Withdraw one first.")
            % {"count": MOST_WAITING},
            code="too-many",
            status=422,
        )
    if target_id is None:
        return
    if waiting.filter(kind=kind, target_kind=target_kind, target_id=target_id).exists():
        raise ActionRefused(_("This is asked for already."), code="asked-already")


def _tell_person(request: Request, by: User) -> None:
    if by.pk == request.person_id:
        return
    names = {"person": by.display_name, "what": request.summary}
    if request.state == RequestState.APPROVED:
        subject = _("%(person)s approved: %(what)s") % names
    else:
        subject = _("%(person)s declined: %(what)s") % names
    notify(
        users=[request.person],
        subject=subject,
        text=request.answer,
        url=_url(request),
        kind="request",
    )


def _announce(request: Request) -> None:
    """Tell open pages: the person's and those of who decides, nobody else's."""
    audiences = {"admins", f"user-{request.person_id}"}
    audiences |= {f"user-{person.pk}" for person in deciders(request)}
    facts = {"state": request.state, "team": request.team_id}
    announce("request", request.pk, request.rev, facts, sorted(audiences))


def _record(request: Request, by: User, action: str, detail: dict[str, Any]) -> None:
    about = {"kind": request.kind, "team": request.team_id, "target": request.target_name}
    audit.record(
        by,
        action,
        target_kind="request",
        target_id=request.pk,
        target_name=request.summary[:255],
        detail={**about, **detail},
    )


def _url(request: Request) -> str:
    return reverse("requests:list") + f"#request-{request.pk}"
