"""The tests' kinds of jobs as an app, for the workers that tests start."""

from django.apps import AppConfig


class TestJobsConfig(AppConfig):
    """Kinds that only tests have."""

    name = "tests.jobs"
    label = "test_jobs"

    def ready(self) -> None:
        from jobs import sweeping

        from . import kinds  # noqa: F401

        sweeping.EVERY = 1.0
        sweeping.UNSEEN_AFTER = 1.0
