"""What people set about their notices, and reading them: short transactions."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from accounts.models import Team, User
from jobs import audit

from .models import Notice, Posting, Preference, Target
from .posting import service_of

MOST_TARGETS = 10


def unread_count(user: User) -> int:
    """Return how many notices `user` has not seen."""
    return Notice.objects.filter(user=user, read_at=None).count()


def mark_read(user: User) -> None:
    """Note that `user` saw what there is."""
    Notice.objects.filter(user=user, read_at=None).update(read_at=timezone.now())


def add_target(
    by: User, *, name: str, url: str, kinds: Sequence[str] = (), team: Team | None = None
) -> Target:
    """Make a target for `by`, or for a team. Raises ActionRefused for an address of no service."""
    url = url.strip()
    service = service_of(url)
    owner = {"team": team} if team else {"user": by}
    if Target.objects.filter(**owner).count() >= MOST_TARGETS:
        raise ActionRefused(
            _("There are %(count)d targets already. Remove one first.") % {"count": MOST_TARGETS},
            code="too-many",
        )
    with transaction.atomic():
        target = Target.objects.create(
            name=name[:80], service=service, url=url, kinds=list(kinds), **owner
        )
        _record(by, "notice.target_add", target)
    return target


def remove_target(by: User, target: Target) -> None:
    """Remove a target with what waits for it."""
    with transaction.atomic():
        _record(by, "notice.target_remove", target)
        target.delete()


def test_target(target: Target) -> Posting:
    """Queue a message that says it is a test."""
    return Posting.objects.create(
        target=target,
        subject=_("Guesthouse can reach you here"),
        text=_("This is a test of the target “%(name)s”.") % {"name": target.name},
    )


def choose_mail(user: User, kinds: Sequence[str]) -> None:
    """Set which notices come by mail."""
    Preference.objects.update_or_create(user=user, defaults={"mail_kinds": list(kinds)})


def mail_kinds_of(user: User) -> list[str]:
    """Return which notices come by mail."""
    found = Preference.objects.filter(user=user).values_list("mail_kinds", flat=True).first()
    return list(found or [])


def _record(by: User, action: str, target: Target) -> None:
    team = target.team
    audit.record(
        by,
        action,
        target_kind="team" if team else "user",
        target_id=team.pk if team else by.pk,
        target_name=team.name if team else by.username,
        detail={"name": target.name, "service": target.service},
    )
