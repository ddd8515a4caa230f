"""The job rows, which are the truth about accepted work, and the audit chain beside them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Person, audiences_for, is_admin

from . import words
from .kinds import Kind, find_kind


class JobState(models.TextChoices):
    """How far a job is."""

    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    SUCCEEDED = "succeeded", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    UNDETERMINED = "undetermined", _("Undetermined")


ACTIVE = (JobState.QUEUED, JobState.RUNNING)


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs by right and by state."""

    def visible_to(self, user: Person) -> "JobQuerySet":
        """Return the jobs that `user` may see: all, or those announced to them or their teams."""
        if is_admin(user):
            return self
        return self.filter(audience__name__in=audiences_for(user)).distinct()

    def in_scope(self, user: Person) -> "JobQuerySet":
        """Return those of the team to which `user` has narrowed their pages; all where none."""
        team: int | None = getattr(user, "scope_id", None)
        return self if team is None else self.filter(audience__name=f"team-{team}")

    def active(self) -> "JobQuerySet":
        """Return the jobs that are queued or running."""
        return self.filter(state__in=ACTIVE)


class Job(models.Model):
    """One changing action: what was asked, by whom, how far it is, how it ended.

    `attempt` is the fence: each claim raises it, and a worker writes only while it still holds
    the number of its own claim. Times are the database's.
    """

    kind = models.CharField(max_length=40)
    target_kind = models.CharField(max_length=16)
    target_id = models.BigIntegerField(null=True)
    target_name = models.CharField(max_length=255)
    host_id = models.BigIntegerField(null=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="jobs"
    )
    params = models.JSONField(default=dict)
    queue = models.CharField(max_length=16, default="libvirt")
    exclusive = models.BooleanField(default=True)
    idempotency_key = models.CharField(max_length=80, null=True)

    state = models.CharField(max_length=12, choices=JobState.choices, default=JobState.QUEUED)
    progress = models.FloatField(null=True)
    phase = models.CharField(max_length=120, blank=True)
    cancel_requested = models.BooleanField(default=False)
    attempt = models.PositiveIntegerField(default=0)
    lease_owner = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    rev = models.PositiveIntegerField(default=0)

    error_code = models.CharField(max_length=40, blank=True)
    error_message = models.TextField(blank=True)
    error_detail = models.TextField(blank=True)
    commands = models.JSONField(default=list)
    result = models.JSONField(default=dict)

    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    sent_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["target_kind", "target_id"],
                condition=Q(state__in=["queued", "running"], exclusive=True),
                name="one_active_job_per_target",
            ),
            models.UniqueConstraint(
                fields=["actor", "idempotency_key"], name="one_job_per_idempotency_key"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "lease_until"]),
            models.Index(fields=["target_kind", "target_id", "-created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target_name}"

    @property
    def is_active(self) -> bool:
        """Whether the job is queued or running."""
        return self.state in ACTIVE

    @property
    def spec(self) -> Kind:
        """What the job's kind says: title, icon, whether it can be cancelled."""
        return find_kind(self.kind)

    @property
    def is_cancellable(self) -> bool:
        """Whether asking to cancel can still change anything."""
        waits = self.state == JobState.QUEUED and self.attempt == 0
        stoppable = self.is_active and self.spec.is_cancellable
        return not self.cancel_requested and (waits or stoppable)

    @property
    def sentence(self) -> str:
        """What is done to what, in the reader's language."""
        return words.sentence_of(self)

    @property
    def phase_words(self) -> str:
        """The phase in the reader's language."""
        return words.phase_of(self)

    @property
    def remarks(self) -> list[str]:
        """What it says of what it did, in the reader's language."""
        return words.remarks_of(self)

    @property
    def failure(self) -> words.Failure | None:
        """Why the job failed, in the reader's language."""
        return words.failure_of(self)

    @property
    def audiences(self) -> list[str]:
        """Who hears about this job."""
        return [one.name for one in self.audience.all()]

    @property
    def seconds(self) -> float | None:
        """How long the work took, or has taken so far; None before it began."""
        if self.started_at is None:
            return None
        return ((self.finished_at or timezone.now()) - self.started_at).total_seconds()


class JobAudience(models.Model):
    """Who hears about a job: `admins`, `team-<id>` or `user-<id>`."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="audience")
    name = models.CharField(max_length=32, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "name"], name="one_audience_per_job")]

    def __str__(self) -> str:
        return self.name


class AppendOnlyError(RuntimeError):
    """Somebody tried to change or remove a line of the audit record."""


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Lines of the record; they can be read and added, nothing else."""

    def update(self, **_values: Any) -> int:
        """Refuse."""
        raise AppendOnlyError

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise AppendOnlyError


class AuditEntry(models.Model):
    """One line of the append-only record. `hash` covers the line and the hash before it."""

    seq = models.BigIntegerField(unique=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False
    )
    actor_name = models.CharField(max_length=150, blank=True)
    ip = models.GenericIPAddressField(null=True)
    action = models.CharField(max_length=60, db_index=True)
    target_kind = models.CharField(max_length=16, blank=True)
    target_id = models.BigIntegerField(null=True)
    target_name = models.CharField(max_length=255, blank=True)
    outcome = models.CharField(max_length=16)
    detail: Any = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-seq"]

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.target_name}"

    def save(self, **options: Any) -> None:
        """Insert the line; refuse anything else."""
        if not options.get("force_insert"):
            raise AppendOnlyError
        super().save(**options)

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise AppendOnlyError


class AuditCursor(models.Model):
    """How far the record was sent on to somewhere."""

    name = models.CharField(max_length=20, unique=True)
    seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.seq}"

    def move(self, seq: int) -> None:
        """Note that everything up to `seq` was sent; never goes back."""
        AuditCursor.objects.filter(pk=self.pk, seq__lt=seq).update(seq=seq)
        self.seq = max(self.seq, seq)
