"""Hear what people and webhooks are to be told: from other rooms, and from the audit record."""

from collections.abc import Iterable
from typing import Any

from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.signals import changed
from jobs import audit
from jobs.audit.belongs import owner_of, teams_of
from jobs.models import AuditEntry, Job, JobState
from jobs.notices import Message, noticed, notify

from . import telling
from .models import Webhook
from .nudging import nudge

ENDED_BADLY = frozenset({JobState.FAILED, JobState.UNDETERMINED})


@receiver(noticed)
def heard_notice(notice: Message, **_kwargs: Any) -> None:
    """Keep a notice for each person, and send it where they want it."""
    telling.tell(notice)


@receiver(audit.recorded)
def send_on(**_kwargs: Any) -> None:
    """Have the line sent on now where a webhook may want it; the next round would do so too."""
    if Webhook.objects.filter(is_active=True).exists():
        nudge()


@receiver(audit.recorded)
def heard_line(entry: AuditEntry, **_kwargs: Any) -> None:
    """Tell of a job that failed: who asked for it, whose machine it is, and the team's targets."""
    if entry.outcome not in ENDED_BADLY:
        return
    number = entry.detail.get("job") if isinstance(entry.detail, dict) else None
    job = Job.objects.filter(pk=number).first() if isinstance(number, int) else None
    if job is None:
        return
    people = _who_hears(job, owner_of(entry))
    url = reverse("jobs:detail", args=[job.pk])
    for person in people:
        telling.tell(_message(job, (person.pk,), url))
    telling.tell_teams(teams_of(entry), _message(job, (), url))


@receiver(changed)
def heard_change(
    actor: User, action: str, target_id: int, detail: dict[str, Any], **_kwargs: Any
) -> None:
    """Tell a person, or a program's team, that somebody else has ended a token of theirs."""
    if action != "token.revoke" or target_id == actor.pk:
        return
    person = User.objects.get(pk=target_id)
    subject = _("%(who)s has ended your API token %(token)s") % {
        "who": actor.display_name,
        "token": detail["token"],
    }
    text = _("Programs that use it are refused. Make a new one if you still need it.")
    if person.service_team_id is not None:
        telling.tell_teams([person.service_team_id], Message((), subject, text, "", "security"))
        return
    notify(
        users=[person], subject=subject, text=text, url=reverse("accounts_tokens"), kind="security"
    )


def _who_hears(job: Job, owner: int | None) -> Iterable[User]:
    """Return who asked and whose it is, of those who still may see the job."""
    ids = [pk for pk in (job.actor_id, owner) if pk is not None]
    wanted = User.objects.filter(pk__in=ids, is_active=True)
    return [user for user in wanted if Job.objects.visible_to(user).filter(pk=job.pk).exists()]


def _message(job: Job, people: tuple[int, ...], url: str) -> Message:
    failure = job.failure
    subject = _("%(what)s failed") % {"what": job.sentence}
    if job.state == JobState.UNDETERMINED:
        subject = _("%(what)s ended unknown") % {"what": job.sentence}
    text = f"{failure.message} {failure.hint}" if failure else ""
    return Message(people, subject[:200], text, url, "job-failed")
