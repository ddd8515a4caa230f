"""The place for backups is made by administrators, by the API as on the page."""

import pytest

from accounts.models import User
from jobs.models import Job
from tests.factories import make_host, make_vm
from tests.teams.test_api import send

pytestmark = pytest.mark.django_db


def test_an_administrator_makes_the_place(ada: User, oli: User, settings: object) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = False  # type: ignore[attr-defined]
    host = make_host("juniper")
    vm = make_vm("web01", host=host, owner=oli)
    assert send(oli, "POST", f"/vms/{vm.pk}/backups/place").status_code == 403
    told = send(ada, "POST", f"/vms/{vm.pk}/backups/place")
    assert told.status_code == 202
    job = Job.objects.get(pk=told.json()["job"]["id"])
    assert (job.target_kind, job.target_id) == ("host", host.pk)
