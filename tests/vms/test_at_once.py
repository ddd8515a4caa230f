"""Fifty people at the same moment: what is made is exactly what the quota lets be.

Runs on SQLite, and on PostgreSQL by `tests/site/test_on_postgresql.py`.
"""

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.db import DatabaseError, close_old_connections, connection, connections
from django.utils import timezone

from accounts.access import ActionRefused
from accounts.models import Membership, Team, User
from approvals.models import Request
from approvals.services import decide
from catalogue.seeding import seed
from hosts.models import Host, Network
from hosts.services.networks import request_network
from jobs import audit, sending
from jobs.models import Job
from quotas.models import Limit, Resource
from quotas.services import usage
from tests.factories import GIB, make_host, make_vm
from tests.vms.test_create import furnish
from vms.bin.services import request_recover, request_removal
from vms.models import VM
from vms.requests import ask_creation
from vms.resizing.services import request_growth, request_resize
from vms.resizing.wishes import ResizeRequest
from vms.services.create import CreateRequest, request_create, request_several
from vms.services.lifecycle import request_rename
from vms.services.power import request_power

PEOPLE = 50

pytestmark = pytest.mark.django_db(transaction=True)
Deed = Callable[[], object]


@pytest.fixture(autouse=True)
def house(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two hosts; the broker is away, so that no job begins; everybody waits for their turn."""
    settings.CELERY_TASK_ALWAYS_EAGER = False
    monkeypatch.setattr(sending._State, "failed_at", float("inf"))
    seed()
    for name, third in (("alder", 0), ("birch", 1)):
        Network.objects.filter(host=furnish(make_host(name))).update(cidrs=[f"10.200.{third}.0/24"])
    options = connections.settings["default"].setdefault("OPTIONS", {})
    before = options.get("timeout")
    if connection.vendor == "sqlite":
        options["timeout"] = 60
    yield
    if connection.vendor == "sqlite":
        options["timeout"] = before


@pytest.fixture
def team(oli: User) -> Team:
    """A team of Oli's."""
    team = Team.objects.create(name="Teaching", slug="teaching")
    Membership.objects.create(team=team, user=oli, role="owner")
    return team


def limit(team: Team, **amounts: int) -> None:
    """Limit the team."""
    for resource, amount in amounts.items():
        Limit.objects.create(team=team, resource=Resource(resource), amount=amount)


def at_once(deeds: Sequence[Deed]) -> Counter[str]:
    """Do all of them at the same moment; count what each was told."""
    told: list[str] = []
    broken: list[str] = []
    gate = threading.Barrier(len(deeds))

    def do(deed: Deed) -> None:
        gate.wait()
        try:
            deed()
            told.append("made")
        except ActionRefused as error:
            told.append(error.code)
        except DatabaseError as error:
            broken.append(str(error))
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    assert len(told) == len(deeds)
    return Counter(told)


def creation(team: Team, by: User, name: str, count: int = 1) -> Deed:
    """Return what asks for machines of one processor."""
    spec = CreateRequest(name, "network", size="tiny", team_id=team.pk)
    return lambda: request_several(spec, count, by)


def test_this_is_the_database_that_was_meant() -> None:
    assert connection.vendor == os.environ.get("GUESTHOUSE_TEST_VENDOR", connection.vendor)


def test_fifty_creations_make_as_many_as_the_quota(oli: User, team: Team) -> None:
    limit(team, vcpus=7)
    told = at_once([creation(team, oli, f"web-{n:02d}") for n in range(PEOPLE)])
    assert told == {"made": 7, "quota": PEOPLE - 7}
    assert VM.objects.filter(team=team).count() == 7
    assert Job.objects.filter(kind="vm.create").count() == 7
    assert audit.verify() == []


def test_fifty_creations_at_a_quota_of_one_make_one(oli: User, team: Team) -> None:
    limit(team, machines=1)
    told = at_once([creation(team, oli, f"web-{n:02d}") for n in range(PEOPLE)])
    assert told == {"made": 1, "quota": PEOPLE - 1}


def test_several_are_made_whole_or_not_at_all(oli: User, team: Team) -> None:
    limit(team, machines=10)
    told = at_once([creation(team, oli, f"lab{n}", 3) for n in range(PEOPLE // 2)])
    assert told == {"made": 3, "quota": PEOPLE // 2 - 3}
    names = VM.objects.filter(team=team).values_list("name", flat=True)
    assert Counter(name.partition("-")[0] for name in names).keys() == {
        name.partition("-")[0] for name in names
    }
    assert set(Counter(name.partition("-")[0] for name in names).values()) == {3}


def test_one_name_is_given_once(oli: User, team: Team) -> None:
    told = at_once([creation(team, oli, "web") for _n in range(PEOPLE // 2)])
    assert told == {"made": 1, "invalid": PEOPLE // 2 - 1}


def test_personal_machines_are_limited_by_person(oli: User, sam: User) -> None:
    Limit.objects.create(each=True, resource=Resource.MACHINES, amount=2)
    specs = [CreateRequest(f"web-{n:02d}", "network", size="tiny") for n in range(PEOPLE // 2)]
    others = [CreateRequest(f"db-{n:02d}", "network", size="tiny") for n in range(PEOPLE // 2)]
    told = at_once(
        [lambda spec=spec: request_create(spec, oli) for spec in specs]
        + [lambda spec=spec: request_create(spec, sam) for spec in others]
    )
    assert told == {"made": 4, "quota": PEOPLE - 4}
    assert VM.objects.filter(owner=oli).count() == 2


def test_creations_approvals_recoveries_and_networks_share_what_is_left(
    ada: User, oli: User, team: Team
) -> None:
    limit(team, machines=5, networks=2)
    gone: dict[str, Any] = {"state": "off", "domain_id": None, "recycled_at": timezone.now()}
    alder = Host.objects.get(name="alder")
    binned = [make_vm(f"old-{n}", host=alder, team=team, owner=oli, **gone) for n in range(6)]
    other = Team.objects.create(name="Robotics", slug="robotics")
    Membership.objects.create(team=other, user=ada, role="owner")
    specs = [CreateRequest(f"asked-{n}", "network", size="tiny", team_id=team.pk) for n in range(9)]
    requests: list[Request] = [ask_creation(spec, oli) for spec in specs]
    told = at_once(
        [
            *(creation(team, oli, f"web-{n:02d}") for n in range(15)),
            *(lambda request=one: decide(request, ada, True) for one in requests),
            *(creation(team, oli, f"lab{n}", 2) for n in range(5)),
            *(lambda n=n: request_network(team, f"net{n}", "nat", oli) for n in range(12)),
            *(lambda n=n: request_network(other, f"net{n}", "nat", ada) for n in range(3)),
            *(creation(other, ada, f"robot-{n}") for n in range(6)),
            *(lambda vm=one: request_recover(vm, oli) for one in binned),
        ]
    )
    assert set(told) <= {"made", "quota", "blocked"}
    assert VM.objects.filter(team=team).kept().count() == 5
    assert Network.objects.filter(team=team).count() == 2
    assert VM.objects.filter(team=other).count() == 6
    assert Job.objects.filter(kind__in=("vm.create", "vm.recover")).count() == 11
    ranges = [(host, *cidrs) for host, cidrs in Network.objects.values_list("host", "cidrs")]
    assert len(set(ranges)) == len(ranges)
    assert audit.verify() == []


def test_machines_that_grow_share_what_is_left_with_new_ones(oli: User, team: Team) -> None:
    alder = Host.objects.get(name="alder")
    off: dict[str, Any] = {"state": "off", "domain_id": None, "vcpus": 1, "memory": GIB}
    rows = [make_vm(f"old-{n}", host=alder, team=team, owner=oli, **off) for n in range(20)]
    limit(team, vcpus=20 + 7)
    wish = ResizeRequest(vcpus=2)
    told = at_once(
        [
            *(lambda vm=vm: request_resize(vm, wish, oli) for vm in rows),
            *(creation(team, oli, f"web-{n:02d}") for n in range(20)),
        ]
    )
    assert told == {"made": 7, "quota": 33}
    assert next(line.used for line in usage(team) if line.resource == Resource.VCPUS) == 27
    grown = Job.objects.filter(kind="vm.resize").values_list("target_id", flat=True)
    held = VM.objects.filter(held_vcpus=2).values_list("pk", flat=True)
    assert sorted(held) == sorted(grown)
    assert audit.verify() == []


def test_disks_that_grow_take_no_more_than_is_left(oli: User, team: Team) -> None:
    alder = Host.objects.get(name="alder")
    off: dict[str, Any] = {"state": "off", "domain_id": None, "disk_bytes": 20 * GIB}
    rows = [make_vm(f"old-{n}", host=alder, team=team, owner=oli, **off) for n in range(20)]
    limit(team, disk=(20 * 20 + 35) * GIB)
    told = at_once([lambda vm=vm: request_growth(vm, "vda", 30 * GIB, oli) for vm in rows])
    assert told == {"made": 3, "quota": 17}


def test_of_many_sizes_of_one_machine_one_is_begun(oli: User, team: Team) -> None:
    off: dict[str, Any] = {"state": "off", "domain_id": None, "vcpus": 1, "memory": GIB}
    vm = make_vm("web-00", host=Host.objects.get(name="alder"), team=team, owner=oli, **off)
    wishes = [ResizeRequest(vcpus=2 + n % 5) for n in range(PEOPLE // 2)]
    told = at_once([lambda wish=wish: request_resize(vm, wish, oli) for wish in wishes])
    assert told == {"made": 1, "busy": PEOPLE // 2 - 1}
    vm.refresh_from_db()
    assert vm.held_vcpus == Job.objects.get().params["vcpus"]


def test_of_many_changes_of_one_machine_at_once_one_is_begun(oli: User, team: Team) -> None:
    off: dict[str, Any] = {"state": "off", "domain_id": None, "disks": []}
    alder = Host.objects.get(name="alder")
    pk = make_vm("web-00", host=alder, team=team, owner=oli, **off).pk

    def fresh() -> VM:
        return VM.objects.select_related("host", "owner", "team").get(pk=pk)

    told = at_once(
        [
            *(lambda: request_power(fresh(), "start", oli) for _n in range(8)),
            *(lambda n=n: request_rename(fresh(), f"web-0{n}", oli) for n in range(1, 9)),
            *(lambda: request_removal(fresh(), oli) for _n in range(8)),
            *(lambda: request_removal(fresh(), oli, for_good=True, confirm_name="web-00")
              for _n in range(8)),
        ]
    )  # fmt: skip
    assert told == {"made": 1, "busy": 31}
    assert Job.objects.filter(target_kind="vm", target_id=pk).count() == 1
