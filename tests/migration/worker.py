"""A worker for one job, killed or frozen by tests: `python -m tests.migration.worker JOB`."""

import sys

import django


def main(pk: int) -> None:
    """Carry the job as a worker does."""
    django.setup()
    from jobs import running

    running.run(pk)


if __name__ == "__main__":
    main(int(sys.argv[1]))
