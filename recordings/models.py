"""A recording: of which machine's console, by whose wish, and how it ended.

It outlives its machine. Sizes are bytes, lengths seconds, times aware UTC. The file is named by
`key` alone; see `recordings.storage`.
"""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Capability, Person, audience_names, reach
from accounts.models import Team
from jobs.models import ACTIVE, Job, JobState
from vms.models import VM

from .reasons import UNWISHED


class Kind(models.TextChoices):
    """What was recorded."""

    SCREEN = "vnc", _("Screen")
    TEXT = "serial", _("Text console")
    SSH = "ssh", _("SSH session")


class State(models.TextChoices):
    """How far a recording is."""

    ASKED = "asked", _("Beginning")
    RUNNING = "running", _("Recording")
    ENDED = "ended", _("Ended")


GOING = (State.ASKED, State.RUNNING)
TEXTS = frozenset({Kind.TEXT, Kind.SSH})  # what is kept as a cast


class RecordingQuerySet(models.QuerySet["Recording"]):
    """Recordings by right and by state."""

    def allowing(self, user: Person, capability: Capability) -> "RecordingQuerySet":
        """Return the recordings on which `user` has `capability`."""
        return self.filter(reach(user, capability, "recording"))

    def going(self) -> "RecordingQuerySet":
        """Return those that begin or run."""
        return self.filter(state__in=GOING)


class Recording(models.Model):
    """One recording. `gateway` is the process that writes it, which says so in `seen_at`.

    Of a console that is one person's own, `session` is its number and `person` who that is. All
    others of a machine have one recording of a kind together, with session 0.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    vm = models.ForeignKey(
        VM, null=True, blank=True, on_delete=models.SET_NULL, related_name="recordings"
    )
    vm_name = models.CharField(max_length=255)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="recordings",
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="recordings"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    session = models.PositiveBigIntegerField(default=0)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    is_required = models.BooleanField(default=False)  # by the rules, so that nobody stops it
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    gateway = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    began_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    asked = models.PositiveIntegerField(default=0)  # by consoles that wait until it sees them
    answered = models.PositiveIntegerField(default=0)  # the last of these, which it saw
    away_at = models.DateTimeField(null=True)  # while it sees nothing
    stop_asked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=20, blank=True)
    bytes = models.BigIntegerField(default=0)
    length = models.FloatField(default=0)
    missing = models.FloatField(default=0)  # seconds that are not in it, though it ran

    objects = RecordingQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        constraints = [
            models.UniqueConstraint(
                fields=["vm", "kind", "session"],
                condition=Q(state__in=GOING),
                name="one_recording_going",
            )
        ]
        indexes = [models.Index(fields=["state", "ended_at"])]

    def __str__(self) -> str:
        return f"{self.vm_name}, {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def audiences(self) -> list[str]:
        """Who hears about this recording."""
        return audience_names("recording", self.pk, self.team_id, self.owner_id)

    @property
    def is_going(self) -> bool:
        """Whether it begins or runs."""
        return self.state in GOING

    @property
    def is_text(self) -> bool:
        """Whether it is of a terminal."""
        return self.kind in TEXTS

    @property
    def shown_kind(self) -> str:
        """What was recorded, and whose it was where it was one person's own."""
        kind = str(self.get_kind_display())
        if self.person is None:
            return kind
        words = {"kind": kind, "name": self.person.display_name}
        return str(_("%(kind)s of %(name)s") % words)

    @property
    def is_cut(self) -> bool:
        """Whether it ended by nobody's wish."""
        return self.end_reason in UNWISHED

    @property
    def shown_video(self) -> "Video | None":
        """The video that was made of it, or is on its way."""
        return getattr(self, "video", None)


class Video(models.Model):
    """A video of a recording, for whoever may see that; it is made by a job and kept for hours."""

    recording = models.OneToOneField(Recording, on_delete=models.CASCADE, related_name="video")
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    done_at = models.DateTimeField(null=True)
    bytes = models.BigIntegerField(default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("video")
        verbose_name_plural = _("videos")

    def __str__(self) -> str:
        return str(self.recording)

    @property
    def is_ready(self) -> bool:
        """Whether it can be had."""
        return self.done_at is not None

    @property
    def is_waiting(self) -> bool:
        """Whether its job waits or works."""
        return self.job is not None and self.job.state in ACTIVE

    @property
    def was_cancelled(self) -> bool:
        """Whether somebody stopped it."""
        return self.job is not None and self.job.state == JobState.CANCELLED

    @property
    def gone_at(self) -> datetime | None:
        """When it is deleted."""
        hours = timedelta(hours=settings.RECORDING_VIDEO_HOURS)
        return self.done_at + hours if self.done_at else None
