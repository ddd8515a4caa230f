"""A request: who asks for what, and what became of it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Capability, Person, is_program, on_whole_site
from accounts.in_teams import teams_where
from accounts.models import Team
from jobs.models import Job

from .kinds import RequestKind, find_kind, kinds_decided_by


class RequestState(models.TextChoices):
    """What became of a request."""

    WAITING = "waiting", _("Waiting")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class RequestQuerySet(models.QuerySet["Request"]):
    """Requests by right and by state."""

    def waiting(self) -> "RequestQuerySet":
        """Return those that nobody has decided yet."""
        return self.filter(state=RequestState.WAITING)

    def decidable_by(self, user: Person) -> "RequestQuerySet":
        """Return those that `user` may decide, or has seen decided in their place.

        Nobody decides what they ask for themselves, and programs decide nothing.
        """
        found = Q(pk__in=[])
        if is_program(user):
            return self.none()
        for capability in (Capability.REQUEST_DECIDE, Capability.QUOTA_MANAGE):
            kinds = kinds_decided_by(capability)
            if on_whole_site(user, capability):
                found |= Q(kind__in=kinds)
            elif capability == Capability.REQUEST_DECIDE:
                found |= Q(kind__in=kinds, team__in=teams_where(user, capability))
        return self.filter(found).exclude(person_id=user.pk)

    def visible_to(self, user: Person) -> "RequestQuerySet":
        """Return the person's own, and those that they may decide."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if on_whole_site(user, Capability.TEAM_VIEW):
            return self
        decidable = Request.objects.decidable_by(user).values("pk")
        return self.filter(Q(person_id=user.pk) | Q(pk__in=decidable))


class Request(models.Model):
    """Something that a person wants and somebody else has to agree to."""

    kind = models.CharField(max_length=40)
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.CASCADE, related_name="requests"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="requests"
    )
    target_kind = models.CharField(max_length=16, blank=True)
    target_id = models.BigIntegerField(null=True)
    target_name = models.CharField(max_length=255, blank=True)
    params: Any = models.JSONField(default=dict)
    comment = models.CharField(max_length=500, blank=True)

    state = models.CharField(
        max_length=10, choices=RequestState.choices, default=RequestState.WAITING, db_index=True
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    rev = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["team", "state"]),
            models.Index(fields=["person", "state"]),
            models.Index(fields=["kind", "state"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person}"

    @property
    def owner_id(self) -> int:
        """The person who asks."""
        return self.person_id

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has decided it yet."""
        return self.state == RequestState.WAITING

    @property
    def spec(self) -> RequestKind:
        """What the request's kind says of it."""
        return find_kind(self.kind)

    @property
    def summary(self) -> str:
        """What is asked for, in the reader's language."""
        return self.spec.summary(self)
