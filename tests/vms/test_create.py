"""What may be wished for in a new machine, and where it is put."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.forms import ChoiceField

from accounts.access import ActionRefused
from accounts.models import Membership, Role, Team, User
from catalogue.services import sizes_for
from hosts.models import Host, HostState, Network, StoragePool, Volume
from jobs.models import Job
from tests.factories import make_host, make_vm
from vms.forms import CreateForm
from vms.making.sizes import GIB, MIB
from vms.models import VM, PlacementGroup
from vms.services.again import retry
from vms.services.create import CreateRequest, request_create


@pytest.fixture
def image(settings: Any, tmp_path: Path) -> Path:
    """A file in the place of the built-in image."""
    settings.DATA_DIR = tmp_path
    path: Path = tmp_path / "images" / "guesthouse-tiny.img"
    path.parent.mkdir()
    path.write_bytes(b"\0" * MIB)
    return path


@pytest.fixture
def host(db: None) -> Host:
    """An online host with a pool, a medium and a network."""
    return furnish(make_host("kvm-01"))


def furnish(host: Host) -> Host:
    """Give a host a pool with a medium, and a network."""
    pool = StoragePool.objects.create(
        host=host, uuid=uuid4(), name="default", kind="dir", path="/p", active=True
    )
    Volume.objects.create(pool=pool, name="ipxe.iso", key="/p/ipxe.iso", path="/p/ipxe.iso")
    Network.objects.create(host=host, uuid=uuid4(), name="default", mode="nat", active=True)
    return host


def refusal(by: User, **wishes: Any) -> ActionRefused:
    """Ask and return the refusal; nothing may be left behind."""
    before = VM.objects.count()
    with pytest.raises(ActionRefused) as caught:
        request_create(CreateRequest(**{"name": "web01", "source": "network"} | wishes), by)
    assert VM.objects.count() == before
    assert not Job.objects.exists()
    return caught.value


def test_wish_becomes_a_row_and_a_job(host: Host, image: Path, oli: User) -> None:
    job = request_create(CreateRequest("web01", "image:guesthouse-tiny", size="tiny"), oli)
    vm = VM.objects.get(pk=job.target_id or 0)
    assert (vm.name, vm.owner, vm.host, vm.is_made) == ("web01", oli, host, False)
    assert (vm.vcpus, vm.memory) == (1, 256 * MIB)
    assert job.params["network"] == "default"
    assert job.params["disk"] == GIB
    vm.active_job = job
    assert vm.shown_state == "creating"


@pytest.mark.parametrize(
    ("wishes", "field"),
    [
        ({"name": "no spaces"}, "name"),
        ({"source": "image:nothing"}, "source"),
        ({"source": "image:../../etc/passwd"}, "source"),
        ({"source": "iso:default"}, "source"),
        ({"source": "url:http://x"}, "source"),
        ({"size": "giant"}, "size"),
        ({"size": "custom"}, "vcpus"),
        ({"size": "custom", "vcpus": 1, "memory": 1, "disk": GIB}, "memory"),
        ({"size": "custom", "vcpus": 999, "memory": GIB, "disk": GIB}, "vcpus"),
        ({"size": "custom", "vcpus": 1, "memory": GIB, "disk": -1}, "disk"),
        ({"firmware": "coreboot"}, "firmware"),
        ({"network": "management"}, "network"),
        ({"network": "none"}, "network"),
        ({"description": "\x00"}, "description"),
    ],
)
def test_bad_wish_names_its_field(host: Host, oli: User, wishes: Any, field: str) -> None:
    error = refusal(oli, **wishes)
    assert error.status == 400
    assert field in error.extra["fields"]


def test_every_bad_field_is_named_at_once(host: Host, oli: User) -> None:
    error = refusal(oli, name="-", firmware="x", size="y")
    assert error.extra["fields"].keys() == {"name", "firmware", "size"}


def test_name_is_taken_once(host: Host, oli: User) -> None:
    make_vm("Web01", host=host, owner=oli)
    assert "already" in refusal(oli).extra["fields"]["name"]


def test_name_of_others_moves_the_machine_to_another_host(host: Host, oli: User, sam: User) -> None:
    make_vm("web01", host=host, owner=sam)
    text = refusal(oli).extra["fields"]["name"]
    assert text == "The name web01 cannot be had. Choose another one."
    free = furnish(make_host("kvm-02", memory_used=40 * GIB))
    assert request_create(CreateRequest("web01", "network"), oli).host_id == free.pk


def test_image_needs_room(host: Host, image: Path, oli: User) -> None:
    error = refusal(
        oli, source="image:guesthouse-tiny", size="custom", vcpus=1, memory=64 * MIB, disk=2 * MIB
    )
    assert error.extra["fields"].keys() == {"memory", "disk"}


def test_host_with_most_free_memory_is_chosen(oli: User) -> None:
    furnish(make_host("full", memory_used=60 * GIB))
    free = furnish(make_host("free", memory_used=2 * GIB))
    furnish(make_host("away", memory_used=0, state=HostState.UNREACHABLE))
    promised = furnish(make_host("promised", memory_used=1 * GIB))
    make_vm(host=promised, memory=32 * GIB)
    job = request_create(CreateRequest("web01", "network"), oli)
    assert job.host_id == free.pk


def test_no_host_is_a_sentence(oli: User) -> None:
    make_host("away", state=HostState.UNREACHABLE)
    error = refusal(oli)
    assert (error.status, error.code) == (422, "no-room")


def test_medium_decides_the_host(oli: User) -> None:
    make_host("empty", memory_used=0)
    host = furnish(make_host("with-iso", memory_used=30 * GIB))
    job = request_create(CreateRequest("web01", "iso:default/ipxe.iso"), oli)
    assert job.host_id == host.pk
    assert job.params["iso"] == ["default", "ipxe.iso"]


def test_firmware_tpm_and_display_decide_the_host(ada: User, oli: User) -> None:
    knows = {"firmwares": ["bios"], "tpm": False, "spice": False}
    old = furnish(make_host("old", memory_used=0, capabilities=knows, libvirt_version="8.0.0"))
    able = furnish(make_host("able", memory_used=30 * GIB))
    assert request_create(CreateRequest("web01", "network"), oli).host_id == old.pk
    wishes: list[dict[str, Any]] = [
        {"firmware": "uefi"},
        {"tpm": True},
        {"display": "both"},
        {"clipboard": True},
    ]
    for number, wish in enumerate(wishes):
        spec = CreateRequest(f"able{number}", "network", **wish)
        assert request_create(spec, oli).host_id == able.pk
        with pytest.raises(ActionRefused) as caught:
            request_create(CreateRequest("old1", "network", host_id=old.pk, **wish), ada)
        assert caught.value.extra["fields"].keys() == wish.keys()


def test_only_admins_choose_the_host(host: Host, ada: User, oli: User) -> None:
    assert "host" in refusal(oli, host_id=host.pk).extra["fields"]
    assert request_create(CreateRequest("web01", "network", host_id=host.pk), ada).host_id
    away = make_host(state=HostState.UNREACHABLE)
    with pytest.raises(ActionRefused) as caught:
        request_create(CreateRequest("web02", "network", host_id=away.pk), ada)
    assert caught.value.status == 503


def test_same_key_makes_one_machine(host: Host, oli: User) -> None:
    spec = CreateRequest("web01", "network")
    first = request_create(spec, oli, idempotency_key="k")
    assert request_create(spec, oli, idempotency_key="k") == first
    assert VM.objects.count() == 1


def test_failed_creation_can_be_asked_again(host: Host, oli: User) -> None:
    team = Team.objects.create(name="Red", slug="red")
    Membership.objects.create(user=oli, team=team, role=Role.MEMBER)
    group = PlacementGroup.objects.create(name="apart", team=team)
    wish = CreateRequest("web01", "network", size="tiny", team_id=team.pk, group_id=group.pk)
    first = request_create(wish, oli)
    Job.objects.filter(pk=first.pk).update(state="failed")
    VM.objects.all().delete()
    first.refresh_from_db()
    again = retry(first, oli)
    assert again.params == first.params
    assert VM.objects.get().pk == again.target_id
    assert group.machines.get().pk == again.target_id


def test_form_offers_and_becomes_a_request(host: Host, image: Path, ada: User, oli: User) -> None:
    form = CreateForm(oli)
    assert "host" not in form.fields
    source = form.fields["source"]
    assert isinstance(source, ChoiceField)
    choices: Any = source.choices
    assert [key for key, _word in choices] == [
        "image:guesthouse-tiny",
        "iso:default/ipxe.iso",
        "network",
    ]
    data = {
        "name": "web01",
        "source": "image:guesthouse-tiny",
        "size": "custom",
        "vcpus": 2,
        "memory_mib": 512,
        "disk_gib": "1.5",
        "network": "",
        "host": str(host.pk),
        "firmware": "uefi",
        "tpm": "on",
    }
    form = CreateForm(ada, data)
    assert form.is_valid(), form.errors
    spec = form.to_request()
    assert (spec.vcpus, spec.memory, spec.disk) == (2, 512 * MIB, 3 * GIB // 2)
    assert (spec.host_id, spec.firmware, spec.tpm, spec.start) == (host.pk, "uefi", True, False)


def test_refusal_lands_at_the_forms_fields(host: Host, oli: User) -> None:
    form = CreateForm(oli, {"name": "x y", "source": "network", "size": "small"})
    assert form.is_valid()
    with pytest.raises(ActionRefused) as caught:
        request_create(form.to_request(), oli)
    form.add_refused(caught.value.extra["fields"] | {"memory": "Less.", "nowhere": "Hm."})
    assert form.errors.keys() == {"name", "memory_mib", "__all__"}


def test_sizes_are_within_their_own_limits(host: Host, oli: User) -> None:
    for number, size in enumerate(size for size in sizes_for(oli) if not size.is_custom):
        assert request_create(CreateRequest(f"web{number}", "network", size=size.slug), oli)


def test_unknown_displays_are_refused(host: Host, oli: User) -> None:
    assert "display" in refusal(oli, display="rdp").extra["fields"]
