"""Move a machine: observe, act, record."""

from jobs.context import JobContext


def migrate(job: JobContext) -> None:
    """Carry the job's migration."""
    raise NotImplementedError
