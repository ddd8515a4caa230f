"""Which machines have snapshots that need a look: old ones, or too many layers behind a disk?"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import VM


def days() -> int:
    """Return from how many days on a snapshot counts as old."""
    return int(settings.SNAPSHOT_DAYS)


def layers() -> int:
    """Return from how many layers on a disk has too many."""
    return int(settings.SNAPSHOT_LAYERS)


def old_condition(now: datetime | None = None) -> Q:
    """Match machines whose snapshots need a look."""
    since = (now or timezone.now()) - timedelta(days=days())
    return Q(oldest_snapshot_at__lte=since) | Q(disk_layers__gte=layers())


def age_in_days(moment: datetime | None, now: datetime | None = None) -> int:
    """Return how many whole days ago `moment` was."""
    return 0 if moment is None else ((now or timezone.now()) - moment).days


def why_old(vm: VM, now: datetime | None = None) -> str:
    """Return what is the matter with the machine's snapshots, "" where nothing is."""
    age = age_in_days(vm.oldest_snapshot_at, now)
    if vm.snapshot_count and age >= days():
        text = ngettext(
            "Its oldest snapshot is %(days)d day old.",
            "Its oldest snapshot is %(days)d days old.",
            age,
        )
        return text % {"days": age}
    if vm.disk_layers >= layers():
        return _("%(count)d layers of files are behind its disk.") % {"count": vm.disk_layers}
    return ""
