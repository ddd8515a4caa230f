"""On which host a machine fits, and the reason for each host."""

import uuid

import pytest

from accounts.access import ActionRefused
from accounts.models import Team, User
from hosts.models import Duty, Host, HostState
from tests.factories import GIB, make_host, make_vm
from vms.placement import Need, hosts_for, judge
from vms.placement.needs import need_of
from vms.services.placing import named_host

pytestmark = pytest.mark.django_db


def codes(need: Need) -> dict[str, str]:
    return {verdict.host.name: verdict.code for verdict in judge(need)}


def test_each_host_says_why_it_does_not_take_it() -> None:
    make_host("away", state=HostState.UNREACHABLE)
    make_host("sick", state=HostState.NOT_READY)
    make_host("rest", duty=Duty.MAINTENANCE)
    make_host("tiny", memory=GIB, memory_used=0)
    make_host("bare", capabilities={"firmwares": ["bios"], "tpm": False})
    make_host("good")
    need = Need(4 * GIB, firmware="uefi", tpm=True)
    assert codes(need) == {
        "good": "",
        "away": "away",
        "sick": "not-ready",
        "rest": "duty",
        "tiny": "memory",
        "bare": "firmware",
    }
    assert [host.name for host in hosts_for(need)] == ["good"]


def test_what_is_scarce_ranks_lower_but_is_no_ban() -> None:
    full = make_host("full", memory_used=62 * GIB)
    few = make_host("few", cpus=2)
    free = make_host("free")
    free.pools.create(
        uuid=uuid.uuid4(), name="default", active=True, capacity=100 * GIB, available=50 * GIB
    )
    found = judge(Need(4 * GIB, vcpus=4, disk=20 * GIB))
    assert [one.host for one in found] == [free, few, full]
    assert [one.code for one in found] == ["", "processors", "memory-short"]
    assert all(one.fits for one in found)
    assert "memory free" in found[0].why
    free.pools.update(available=0)
    assert codes(Need(GIB, disk=GIB))["free"] == "storage"


def test_networks_and_media_have_to_be_there() -> None:
    with_both, bare = make_host("both"), make_host("bare")
    for host in (with_both, bare):
        host.networks.create(uuid=uuid.uuid4(), name="lab", mode="nat", active=host == with_both)
    pool = with_both.pools.create(uuid=uuid.uuid4(), name="iso", active=True)
    pool.volumes.create(name="d.iso", key="d")
    assert codes(Need(GIB, networks=frozenset({"lab"})))["bare"] == "network"
    assert codes(Need(GIB, iso=("iso", "d.iso")))["bare"] == "iso"
    assert hosts_for(Need(GIB, networks=frozenset({"lab"}), iso=("iso", "d.iso"))) == [with_both]


def test_host_kept_for_a_team_takes_only_its_machines() -> None:
    red = Team.objects.create(name="Red", slug="red")
    blue = Team.objects.create(name="Blue", slug="blue")
    host = make_host("own")
    host.kept_for.add(red)
    assert codes(Need(GIB, team=red)) == {"own": ""}
    assert codes(Need(GIB, team=blue)) == {"own": "kept"}
    assert codes(Need(GIB)) == {"own": "kept"}


def test_administrator_does_not_put_machines_on_a_host_in_maintenance(ada: User) -> None:
    host = make_host("juniper", duty=Duty.DRAINING)
    with pytest.raises(ActionRefused) as refused:
        named_host(Need(GIB, user=ada), host.pk, "web01")
    assert refused.value.extra["fields"].keys() == {"host"}
    assert "juniper is in maintenance" in refused.value.message


def test_a_machine_needs_wherever_it_goes_what_it_has() -> None:
    vm = make_vm("web01", memory=3 * GIB, has_tpm=True)
    need = need_of(vm)
    assert (need.memory, need.tpm, need.firmware) == (3 * GIB, True, "uefi")
    assert need.networks == {"default"}


def test_judging_asks_as_many_questions_for_many_hosts(
    django_assert_max_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    for _ in range(12):
        make_host()
    with django_assert_max_num_queries(6):
        found = judge(Need(GIB, networks=frozenset({"lab"}), iso=("iso", "d.iso")))
    assert len(found) == Host.objects.count() == 12
