"""Fifty ask at once for the last address of a limit, and for one address: one gets it."""

import threading
from typing import Any

import pytest
from django.db import close_old_connections, connection

from accounts.access import ActionRefused
from accounts.models import Team, User
from addresses.models import Address
from addresses.services.asking import request_address
from hosts.models import Network
from quotas.models import Limit, Resource
from tests.addresses.conftest import card, host, lan, red  # noqa: F401
from tests.factories import make_vm
from tests.quotas.test_at_once import patient  # noqa: F401
from vms.models import VM

AT_ONCE = 50

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("limit", [1, AT_ONCE])
def test_fifty_at_once_take_one(
    oli: User,
    red: Team,  # noqa: F811
    lan: Network,  # noqa: F811
    limit: int,
    patient: None,  # noqa: F811
    settings: Any,
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = False
    Limit.objects.create(team=red, resource=Resource.ADDRESSES, amount=limit)
    machines = [
        make_vm(host=lan.host, team=red, owner=oli, nics=[card(number)], addresses=[])
        for number in range(1, AT_ONCE + 1)
    ]
    # With one piece left the limit decides; with room for all, that they want the same address.
    wanted = "" if limit == 1 else "10.9.0.50"
    outcomes = at_once(machines, oli, wanted)
    refusal = "quota" if limit == 1 else "invalid"
    assert sorted(outcomes) == sorted(["asked"] + [refusal] * (AT_ONCE - 1))
    assert Address.objects.count() == 1


def at_once(machines: list[VM], person: User, wanted: str) -> list[str]:
    """Let each ask for an address; return what each was told."""
    outcomes: list[str] = []
    gate = threading.Barrier(len(machines))

    def take(vm: VM) -> None:
        gate.wait()
        try:
            request_address(vm, person, address=wanted)
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
    return outcomes
