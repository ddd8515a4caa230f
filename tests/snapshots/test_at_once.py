"""Many ask at the same moment for the last snapshot of a limit: one gets it."""

import threading

import pytest
from django.db import close_old_connections, connection

from accounts.access import ActionRefused
from accounts.models import Membership, Role, Team, User
from quotas.models import Limit, Resource
from snapshots.models import Snapshot
from snapshots.services.asking import request_snapshot
from tests.factories import make_host, make_vm
from vms.models import VM

AT_ONCE = 50

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.usefixtures("_no_eager_worker")
def test_fifty_requests_do_not_pass_the_limit(oli: User) -> None:
    team = Team.objects.create(name="Crew", slug="crew")
    Membership.objects.create(user=oli, team=team, role=Role.OPERATOR)
    Limit.objects.create(team=team, resource=Resource.SNAPSHOTS, amount=3)
    host = make_host()
    disks = [{"target": "vda", "format": "qcow2", "source": "/p/a.qcow2", "source_kind": "file"}]
    machines = [make_vm(host=host, team=team, disks=disks) for _number in range(AT_ONCE)]
    outcomes: list[str] = []
    gate = threading.Barrier(AT_ONCE)

    def take(vm: VM) -> None:
        gate.wait()
        try:
            request_snapshot(vm, oli)
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
    assert sorted(outcomes) == ["asked"] * 3 + ["quota"] * (AT_ONCE - 3)
    assert Snapshot.objects.count() == 3


@pytest.fixture
def _no_eager_worker(settings: pytest.FixtureRequest) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = False  # type: ignore[attr-defined]
