"""Many ask at the same moment for the last piece: one gets it."""

import threading
from collections.abc import Iterator

import pytest
from django.db import close_old_connections, connection, connections, transaction

from accounts.access import ActionRefused
from accounts.models import Membership, Team, User
from hosts.models import Host
from quotas.models import Limit, Resource
from quotas.services import reserve
from tests.factories import make_host, make_vm
from vms.models import VM

PEOPLE = 50

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def patient() -> Iterator[None]:
    """Let every one of so many wait for their turn on SQLite, however slow the machine."""
    options = connections.settings["default"]["OPTIONS"]
    before = options.get("timeout")
    if connection.vendor == "sqlite":
        options["timeout"] = 60
    yield
    if connection.vendor == "sqlite":
        options["timeout"] = before


def test_fifty_at_once_take_one_machine_of_one(oli: User, patient: None) -> None:
    team = Team.objects.create(name="Teaching", slug="teaching")
    Membership.objects.create(team=team, user=oli)
    Limit.objects.create(team=team, resource=Resource.MACHINES, amount=1)
    outcomes = at_once(team, oli, make_host())
    assert sorted(outcomes) == ["made"] + ["quota"] * (PEOPLE - 1)
    assert VM.objects.filter(team=team).count() == 1


def at_once(team: Team, person: User, host: Host) -> list[str]:
    """Let fifty reserve and make a machine; return what each was told."""
    outcomes: list[str] = []
    gate = threading.Barrier(PEOPLE)

    def take(number: int) -> None:
        gate.wait()
        try:
            with transaction.atomic():
                reserve(team, person, {Resource.MACHINES: 1})
                make_vm(f"web{number:02d}", host=host, team=team, owner=person)
            outcomes.append("made")
        except ActionRefused as error:
            outcomes.append(error.code)
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=take, args=(number,)) for number in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
