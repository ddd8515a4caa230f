"""Tell people of severe findings that are new: each person once for all of them.

Each is also a line of the audit record, which webhooks hear.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from jobs.notices import notify
from vms.people import concerned

from .judging.verdicts import BAD
from .links import name_of
from .models import Finding
from .services import record
from .severity import SEVERE

NAMED = 5


def tell_new() -> int:
    """Tell of what nobody was told yet, and return how many findings that were."""
    with transaction.atomic():
        rows = Finding.objects.standing().select_for_update(of=("self",))
        new = list(
            rows.filter(state=BAD, severity__in=SEVERE, acceptance=None, told_at=None)
            .select_related("host", "vm__owner", "vm__team")
            .order_by("pk")
        )
        Finding.objects.filter(pk__in=[one.pk for one in new]).update(told_at=timezone.now())
        _tell_admins(new)
        _tell_others(new)
    for finding in new:  # each by itself: others wait for their turn to write the record
        record(None, "posture.found", finding, severity=finding.severity)
    return len(new)


def _tell_admins(new: list[Finding]) -> None:
    admins = User.objects.filter(is_superuser=True, is_active=True, service_team=None)
    _tell(admins, new, reverse("posture:site"))


def _tell_others(new: list[Finding]) -> None:
    """Tell the people of machines of what was found there."""
    theirs: dict[User, list[Finding]] = defaultdict(list)
    for finding in new:
        for person in concerned(finding.vm) if finding.vm else []:
            if not person.is_superuser:
                theirs[person].append(finding)
    for person, found in theirs.items():
        _tell([person], found, reverse("posture:machine", args=[found[0].vm_id]))


def _tell(people: Iterable[User], found: list[Finding], url: str) -> None:
    if not found:
        return
    subject = ngettext(
        "%(number)d new severe security finding",
        "%(number)d new severe security findings",
        len(found),
    ) % {"number": len(found)}
    lines = [f"{name_of(one)}: {one.spec.title}." for one in found[:NAMED]]
    if len(found) > NAMED:
        lines.append(_("%(number)d more are on the page.") % {"number": len(found) - NAMED})
    notify(users=people, subject=subject, text="\n".join(lines), url=url, kind="posture")
