"""Let findings stand for a while, and ask for a look at once. Each is in the audit record."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Capability, Person, require
from accounts.models import User
from jobs import audit
from jobs.models import Job
from jobs.services import active_job_of, create_job
from vms.services.refusing import refuse_field

from .models import Acceptance, Finding

LONGEST_REASON = 300
LONGEST_DAYS = 366
SITE_ID = 1  # there is one portal


def accept(finding: Finding, by: User, *, reason: str, until: date) -> Acceptance:
    """Let a finding stand until the end of a day. Raises ActionRefused (400) for a bad value."""
    reason = " ".join(reason.split())
    if not reason:
        raise refuse_field("reason", _("Say why this may stay as it is."))
    if len(reason) > LONGEST_REASON or not reason.isprintable():
        raise refuse_field("reason", _("Say it in at most 300 characters."))
    today = timezone.localdate()
    if not today <= until <= today + timedelta(days=LONGEST_DAYS):
        raise refuse_field("until", _("Choose a day between today and a year from now."))
    with transaction.atomic():
        made, _is_new = Acceptance.objects.update_or_create(
            check_key=finding.check_key,
            subject=finding.subject,
            defaults={
                "part": finding.part,
                "host": finding.host,
                "vm": finding.vm,
                "evidence": finding.evidence,
                "reason": reason,
                "until": until,
                "made_by": by,
                "made_at": timezone.now(),
            },
        )
        Finding.objects.filter(pk=finding.pk).update(acceptance=made)
        record(by, "posture.accept", finding, reason=reason, until=until.isoformat())
    return made


def take_back(finding: Finding, by: User) -> None:
    """Let a finding count again."""
    with transaction.atomic():
        found = Acceptance.objects.filter(check_key=finding.check_key, subject=finding.subject)
        if found.delete()[0]:
            record(by, "posture.take_back", finding)


def record(by: Person | None, action: str, finding: Finding, **facts: str) -> None:
    """Write a line about a finding into the audit record."""
    thing = finding.vm or finding.host
    audit.record(
        by,
        action,
        target_kind="vm" if finding.vm else "host" if finding.host else "site",
        target_id=thing.pk if thing else SITE_ID,
        target_name=thing.name if thing else "Guesthouse",
        detail={"check": finding.check_key, "evidence": finding.evidence, **facts},
    )


def request_look(by: Person) -> Job:
    """Ask for a look at everything now. Returns the one under way, if there is one."""
    require(by, Capability.SITE_MANAGE)
    if holder := active_job_of("site", SITE_ID):
        return holder
    return create_job(
        "posture.look",
        target_kind="site",
        target_id=SITE_ID,
        target_name="Guesthouse",
        actor=by,
    )
