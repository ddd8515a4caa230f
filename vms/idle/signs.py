"""What are signs of use, and how are they written? At most once an hour for each machine."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vms.models import VM

POWER, CONSOLE, INPUT, CPU, NETWORK = "power", "console", "input", "cpu", "network"
SIGNS: dict[str, str | Promise] = {
    POWER: _("somebody started or stopped it"),
    CONSOLE: _("somebody opened its console"),
    INPUT: _("somebody typed into its console"),
    CPU: _("its processors were busy"),
    NETWORK: _("its network was busy"),
}
WRITE_EVERY = timedelta(hours=1)
AT_ONCE = 500


def note_use(ids: Collection[int], sign: str, now: datetime) -> int:
    """Write that these machines were in use, where the last sign is an hour old; return how many.

    A person's deed is written over what the machine did by itself.
    """
    due = Q(last_used_at=None) | Q(last_used_at__lte=now - WRITE_EVERY)
    if sign in {POWER, CONSOLE, INPUT}:
        due |= Q(last_used_by__in=(CPU, NETWORK))
    keys, written = sorted(ids), 0
    for start in range(0, len(keys), AT_ONCE):
        rows = VM.objects.filter(due, pk__in=keys[start : start + AT_ONCE])
        written += rows.update(last_used_at=now, last_used_by=sign, quiet_since=now)
    return written
