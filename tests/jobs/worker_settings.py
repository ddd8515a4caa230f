"""Settings of real workers that tests start: a database file, a private Redis, short leases."""

import os

from hypervisor_site.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.jobs"]  # noqa: F405
JOB_LEASE = float(os.environ.get("TEST_JOB_LEASE", "3"))
CELERY_BROKER_TRANSPORT_OPTIONS = {
    **CELERY_BROKER_TRANSPORT_OPTIONS,  # noqa: F405
    "visibility_timeout": 5,
}
