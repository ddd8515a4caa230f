"""Look at everything at once, because somebody asked."""

from django.utils.translation import gettext_noop

from jobs.context import JobContext

from . import looking, reading, reports, telling


def look(job: JobContext) -> dict[str, int]:
    """Read the audit record, look at everything, tell of what is new."""
    job.progress(None, gettext_noop("Reading the audit record"))
    reading.read_record()
    job.check_cancelled()
    job.progress(None, gettext_noop("Looking at portal, hosts and machines"))
    looking.look()
    new = telling.tell_new()
    reports.keep_scores()
    return {"new": new}
