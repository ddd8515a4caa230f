"""Read the whole audit record and keep what was found; that takes long where it is long."""

from django.utils import timezone

from jobs import audit
from jobs.models import AuditEntry

from .models import Reading

MOST = 50  # problems that are kept
SHORT = 20_000  # lines, read within a second or two


def read_record() -> None:
    """Check every line of the record against the one before."""
    verdict = audit.inspect()
    problems = [[one.seq, one.what] for one in verdict.problems[:MOST]]
    facts = {"lines": verdict.lines, "head": verdict.head_hash, "problems": problems}
    Reading.objects.update_or_create(
        name=Reading.RECORD, defaults={"at": timezone.now(), "facts": facts}
    )


def read_if_short() -> None:
    """Read a record that was never read, unless it is long: that is for the worker of long work."""
    newest = AuditEntry.objects.values_list("seq", flat=True).first() or 0
    if newest <= SHORT and not Reading.objects.filter(name=Reading.RECORD).exists():
        read_record()
