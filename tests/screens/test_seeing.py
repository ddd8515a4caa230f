"""From a picture to Redis, to the row and to who may see it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from accounts.models import Role, Team
from jobs.models import AuditEntry
from jobs.notices import noticed
from live.looking import Pace, looked_at
from screens import store
from screens.models import Screen
from screens.seeing import Seeing, Seen
from screens.telling import tell
from tests.factories import make_host, make_vm
from tests.screens.conftest import png
from vms.models import VM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("screens_redis")]


@pytest.fixture
def vm(oli) -> VM:
    return make_vm("oleander-7", owner=oli)


def key(vm: VM) -> store.Key:
    return vm.host_id, str(vm.uuid)


def show(vm: VM, data: bytes, pace: Pace | None = Pace.WALL, eyes: Seeing | None = None) -> Any:
    return (eyes or Seeing()).read(*key(vm), data, pace)


def test_the_same_picture_is_kept_once(vm, painted):
    eyes = Seeing()
    first = show(vm, painted("navy"), eyes=eyes)
    assert first.version and store.kept([key(vm)])[key(vm)].version == first.version
    assert show(vm, painted("navy"), eyes=eyes) is None
    second = show(vm, painted("red"), eyes=eyes)
    assert second.version > first.version


def test_a_page_gets_a_larger_picture(vm, painted):
    eyes = Seeing()
    show(vm, painted(size=(1280, 800)), eyes=eyes)
    small = store.picture(key(vm), is_large=True)
    assert show(vm, painted(size=(1280, 800)), Pace.PAGE, eyes).version
    assert show(vm, painted(size=(1280, 800)), Pace.PAGE, eyes) is None
    large = store.picture(key(vm), is_large=True)
    assert len(large[1]) > len(small[1])


def test_what_redis_lost_is_made_again(vm, painted, screens_redis):
    eyes = Seeing()
    show(vm, painted(), eyes=eyes)
    store.bytes_client().flushall()
    assert show(vm, painted(), eyes=eyes) is None
    eyes.looked(vm.host_id, [str(vm.uuid)])
    assert show(vm, painted(), eyes=eyes).version
    assert store.picture(key(vm), is_large=False)


def test_no_picture_is_no_news(vm):
    assert show(vm, b"not a picture").version == ""
    assert store.kept([key(vm)]) == {}


def test_without_redis_nothing_raises(vm, painted, settings):
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    store.bytes_client.cache_clear()
    eyes = Seeing()
    show(vm, painted(), eyes=eyes)
    eyes.looked(vm.host_id, [str(vm.uuid)])
    assert store.kept([key(vm)]) == {}
    assert store.pictures([key(vm)]) == {}


class TestServing:
    def test_who_uses_consoles_sees_the_screen(self, client: Client, vm, oli, painted):
        client.force_login(oli)
        assert client.get(f"/machines/{vm.pk}/screen/").status_code == 204
        show(vm, painted())
        answer = client.get(f"/machines/{vm.pk}/screen/")
        assert answer.headers["Content-Type"] == "image/webp"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.content[:4] == b"RIFF"
        tag = {"If-None-Match": answer.headers["ETag"]}
        assert client.get(f"/machines/{vm.pk}/screen/", headers=tag).status_code == 304
        assert looked_at(vm.host_id) == {str(vm.uuid): Pace.LIST}

    def test_others_do_not(self, client: Client, vm, sam, vera, painted):
        show(vm, painted())
        team = Team.objects.create(name="Red", slug="red")
        team.memberships.create(user=vera, role=Role.VIEWER)
        VM.objects.filter(pk=vm.pk).update(team=team, owner=None)
        for user, status in ((sam, 404), (vera, 403)):
            client.force_login(user)
            assert client.get(f"/machines/{vm.pk}/screen/").status_code == status
            answer = client.post("/wall/look/", {"have": f"{vm.pk}:"})
            assert answer.json() == {"screens": []}
        assert looked_at(vm.host_id) == {}

    def test_a_page_gets_what_it_does_not_have(self, client: Client, vm, oli, painted):
        client.force_login(oli)
        version = show(vm, painted()).version
        ask = {"have": f"{vm.pk}:,abc,99999999999999999999:1,{vm.pk + 1}:", "pace": "wall"}
        (got,) = client.post("/wall/look/", ask).json()["screens"]
        assert got["v"] == version
        assert got["img"].startswith("data:image/webp;base64,")
        (got,) = client.post("/wall/look/", {"have": f"{vm.pk}:{version}"}).json()["screens"]
        assert got["img"] is None
        assert looked_at(vm.host_id) == {str(vm.uuid): Pace.WALL}

    def test_a_wall_is_not_looked_at_every_second(self, client: Client, oli):
        host = make_host()
        machines = [make_vm(host=host, owner=oli) for _ in range(6)]
        client.force_login(oli)
        have = ",".join(f"{vm.pk}:" for vm in machines)
        client.post("/wall/look/", {"have": have, "pace": "page"})
        assert set(looked_at(host.pk).values()) == {Pace.WALL}

    def test_a_hundred_screens_cost_as_many_queries_as_one(
        self, client: Client, oli, painted, django_assert_max_num_queries
    ):
        host = make_host()
        machines = [make_vm(host=host, owner=oli) for _ in range(100)]
        client.force_login(oli)
        with django_assert_max_num_queries(7):
            have = ",".join(f"{vm.pk}:" for vm in machines)
            assert len(client.post("/wall/look/", {"have": have}).json()["screens"]) == 100


def sight(vm: VM, health: str, version: str = "") -> Seen:
    return Seen(str(vm.uuid), version, health, True)


@pytest.fixture
def told() -> Iterator[list[Any]]:
    found: list[Any] = []

    def hear(notice, **_kwargs):
        found.append(notice)

    noticed.connect(hear)
    yield found
    noticed.disconnect(hear)


class TestTelling:
    def test_what_a_screen_shows_is_written_once(self, vm, django_assert_num_queries):
        tell(vm.host, [sight(vm, "login")])
        screen = Screen.objects.get(vm=vm)
        assert screen.health == "login"
        tell(vm.host, [sight(vm, "login", "18a")])
        assert Screen.objects.get(vm=vm).since == screen.since

    def test_a_failure_is_told_to_its_person_once(
        self, vm, told, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            tell(vm.host, [sight(vm, "panic")])
            tell(vm.host, [sight(vm, "")])
            tell(vm.host, [sight(vm, "panic")])
        (notice,) = told
        assert notice.user_ids == (vm.owner_id,)
        assert notice.subject == "oleander-7 shows: Kernel panic"
        assert notice.kind == "screen-failed"
        (entry,) = AuditEntry.objects.filter(action="vm.screen_failed")
        assert entry.detail == {"shows": "Kernel panic"}

    def test_unsure_is_shown_as_nothing(self, vm):
        tell(vm.host, [sight(vm, "")])
        assert not Screen.objects.filter(vm=vm).exists()


def test_pictures_of_both_cursors_are_made_once(vm, monkeypatch):
    eyes = Seeing()
    made: list[int] = []
    original = __import__("screens.seeing", fromlist=["thumbs_of"]).thumbs_of
    monkeypatch.setattr(
        "screens.seeing.thumbs_of", lambda *a, **k: made.append(1) or original(*a, **k)
    )
    on, off = Image.new("RGB", (640, 400)), Image.new("RGB", (640, 400))
    on.paste("white", (8, 14, 16, 16))
    for picture in (on, off) * 5:
        assert show(vm, png(picture), eyes=eyes).version
    assert len(made) == 2
