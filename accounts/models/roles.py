"""Roles in teams, own ones among them, and grants on single objects."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is in a team, where no role of the site's own says otherwise."""

    OWNER = "owner", _("Owner")
    OPERATOR = "operator", _("Operator")
    MEMBER = "member", _("Member")
    VIEWER = "viewer", _("Viewer")


class CustomRole(models.Model):
    """A role that administrators made: a name and what it allows."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=40, unique=True)
    description = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RoleCapability(models.Model):
    """One thing that an own role allows: a value of `accounts.access.Capability`."""

    role = models.ForeignKey(CustomRole, on_delete=models.CASCADE, related_name="capabilities")
    capability = models.CharField(max_length=40, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["role", "capability"], name="one_line_per_role_and_capability"
            )
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.capability}"


class Grant(models.Model):
    """A role for one person on one object that is not theirs, for a time or for good.

    `kind` is the object's model name ("vm"), `role` a value of `Role` or a `CustomRole`'s slug.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grants"
    )
    kind = models.CharField(max_length=16)
    object_id = models.BigIntegerField()
    role = models.CharField(max_length=40, default=Role.OPERATOR)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "object_id"], name="one_grant_each")
        ]
        indexes = [models.Index(fields=["kind", "object_id"])]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} on {self.kind} {self.object_id}"
