"""Many ask at the same moment for the last backup of a limit: one gets it."""

import threading
from uuid import uuid4

import pytest
from django.db import close_old_connections, connection

from accounts.access import ActionRefused
from accounts.models import Membership, Role, Team, User
from backups.models import PLACE, Backup
from backups.services.asking import request_backup
from hosts.models import StoragePool
from quotas.models import Limit, Resource
from tests.factories import make_host, make_vm
from vms.models import VM

AT_ONCE = 6

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.usefixtures("_no_eager_worker")
def test_parallel_requests_do_not_pass_the_limit(oli: User) -> None:
    team = Team.objects.create(name="Crew", slug="crew")
    Membership.objects.create(user=oli, team=team, role=Role.OPERATOR)
    Limit.objects.create(team=team, resource=Resource.BACKUPS, amount=1)
    host = make_host()
    StoragePool.objects.create(host=host, uuid=uuid4(), name=PLACE, kind="dir", active=True)
    machines = [make_vm(host=host, team=team) for _number in range(AT_ONCE)]
    outcomes: list[str] = []
    gate = threading.Barrier(AT_ONCE)

    def take(vm: VM) -> None:
        gate.wait()
        try:
            request_backup(vm, oli)
            outcomes.append("asked")
        except ActionRefused as error:
            outcomes.append(error.code)
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=take, args=(vm,)) for vm in machines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["asked"] + ["quota"] * (AT_ONCE - 1)
    assert Backup.objects.count() == 1


@pytest.fixture
def _no_eager_worker(settings: pytest.FixtureRequest) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = False  # type: ignore[attr-defined]
