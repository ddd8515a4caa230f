"""What machines write on their text consoles: read, kept while it is true, and told."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from accounts.models import Grant, Role
from jobs.notices import noticed
from screens.hearing import Hearing
from screens.models import Screen
from screens.reading.serial import meaning_of_serial, text_of
from screens.seeing import Seen
from screens.telling import tell
from screens.wall import Wall
from tests.factories import make_vm
from tests.site.test_api import bearer
from vms.models import VM

PANIC = b"[   12.1] Kernel panic - not syncing: sysrq triggered crash\r\n[   12.2] CPU: 0\r\n"
LOGIN = b"\x1b[0m\r\nDebian GNU/Linux 12 web01 ttyS0\r\n\r\nweb01 login: "


@pytest.mark.parametrize(
    ("tail", "meaning"),
    [
        (PANIC, "panic"),
        (LOGIN, "login"),
        (PANIC + LOGIN, "login"),
        (b"grub> ", "boot_menu"),
        (b"\x1b[1;32mroot@web01\x1b[0m:~# ls\x08\x08\x1b[K", "shell"),
        (b"(initramfs) ", "rescue"),
        (PANIC + b"\x1bcSeaBIOS (version 1.16)\r\nBooting from ROM...", "stuck"),
        (PANIC + b"[    0.000000] Linux version 6.1\r\n[    0.100000] x\r\n", "starting"),
        (b"tick 17\r\ntick 18\r\n", ""),
        (b"\xff\xfe\x1b]0;" + b"a" * 9000, ""),
        (b"", ""),
    ],
)
def test_the_end_of_a_serial_line_is_read(tail: bytes, meaning: str):
    assert meaning_of_serial(tail) == meaning


def test_returns_and_backspaces_leave_what_stands_there():
    assert text_of(b"10 %\r55 %\r100 %\nab\x08c").lines == ("100 %", "ac")


@pytest.fixture
def told(db: None) -> Any:
    found: list[Any] = []

    def hear(notice: Any, **_kwargs: Any) -> None:
        found.append(notice.subject)

    noticed.connect(hear)
    yield found
    noticed.disconnect(hear)


@pytest.fixture
def vm(oli: Any) -> VM:
    began = timezone.now() - timedelta(hours=1)
    return make_vm("web01", owner=oli, has_serial=True, state="running", started_at=began)


def seen(vm: VM, health: str) -> None:
    """Let a picture show something."""
    tell(vm.host, [Seen(str(vm.uuid), "", health, is_watched=False)])


def shown(vm: VM) -> tuple[str, str]:
    screen = Screen.objects.select_related("vm").get(vm=vm)
    return screen.shown, screen.source


def test_a_panic_is_heard_and_told_once(
    vm: VM, told: list[str], django_capture_on_commit_callbacks: Any
):
    hearing = Hearing()
    hearing.hear(vm.pk, b"tick 1\r\n")
    assert not Screen.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        hearing.hear(vm.pk, PANIC)
        hearing.hear(vm.pk, PANIC)
    assert shown(vm) == ("panic", "serial")
    assert told == ["web01 shows: Kernel panic"]


def test_an_old_prompt_on_the_screen_does_not_hide_a_panic(vm: VM, told: list[str]):
    seen(vm, "login")
    Hearing().hear(vm.pk, PANIC)
    seen(vm, "login")
    assert shown(vm) == ("panic", "serial")
    seen(vm, "starting")
    assert shown(vm) == ("starting", "screen")


def test_what_the_screen_shows_is_worth_more_than_a_prompt(vm: VM):
    seen(vm, "desktop")
    Hearing().hear(vm.pk, LOGIN)
    assert shown(vm) == ("desktop", "screen")
    seen(vm, "")
    Hearing().hear(vm.pk, LOGIN)
    assert shown(vm) == ("login", "serial")
    seen(vm, "")
    assert shown(vm) == ("login", "serial")


def test_nothing_is_said_of_what_nobody_heard_lately_or_before_the_start(vm: VM, oli: Any):

    hearing = Hearing()
    hearing.hear(vm.pk, LOGIN)
    assert Wall(oli, QueryDict("")).counts == {"login": 1}
    old = timezone.now() - timedelta(minutes=16)
    Screen.objects.update(heard_at=old)
    assert shown(vm)[0] == ""
    assert Wall(oli, QueryDict("")).counts == {"": 1}
    hearing = Hearing()
    hearing.hear(vm.pk, PANIC)
    Screen.objects.update(heard_at=old)
    assert shown(vm)[0] == "panic"
    assert Wall(oli, QueryDict("")).counts == {"panic": 1}
    VM.objects.update(started_at=timezone.now())
    assert shown(vm)[0] == ""
    assert Wall(oli, QueryDict("")).counts == {"": 1}


def test_a_screen_is_blank_after_the_time_that_the_site_says(vm: VM, settings: Any):
    settings.SCREEN_BLANK_MINUTES = 30
    seen(vm, "blank")
    Screen.objects.update(since=timezone.now() - timedelta(minutes=29))
    assert shown(vm)[0] == ""
    settings.SCREEN_BLANK_MINUTES = 20
    assert shown(vm)[0] == "blank"


def test_what_is_only_still_true_stays_known_and_is_no_news(vm: VM, told: list[str]):
    Hearing().hear(vm.pk, LOGIN)
    old = timezone.now() - timedelta(minutes=16)
    Screen.objects.update(heard_at=old)
    Hearing().hear(vm.pk, LOGIN, False)
    assert shown(vm) == ("login", "serial")
    Screen.objects.all().delete()
    Hearing().hear(vm.pk, PANIC, False)  # told when it came; it may have started anew since
    assert not Screen.objects.exists()


def test_a_start_stands_still_after_two_minutes_unless_its_agent_answers(vm: VM, oli: Any):
    seen(vm, "stuck")
    assert (shown(vm)[0], Wall(oli, QueryDict("")).counts) == ("starting", {"starting": 1})
    Screen.objects.update(since=timezone.now() - timedelta(minutes=3))
    assert (shown(vm)[0], Wall(oli, QueryDict("")).counts) == ("stuck", {"stuck": 1})
    VM.objects.update(agent_connected=True)
    assert (shown(vm)[0], Wall(oli, QueryDict("")).counts) == ("", {"": 1})


def test_the_api_says_what_a_machine_shows_to_whoever_may_see_it(
    vm: VM, oli: Any, sam: Any, client: Any
):
    address = f"/api/v1/vms/{vm.pk}/shows"
    nothing = {"shows": "", "since": None, "source": "", "basis": ""}
    assert client.get(address, headers=bearer(oli)).json() == nothing
    Hearing().hear(vm.pk, PANIC)
    said = client.get(address, headers=bearer(oli)).json()
    assert (said["shows"], said["source"]) == ("panic", "serial")
    assert said["basis"] == "Read from what it wrote on its text console."
    assert client.get(address, headers=bearer(sam)).status_code == 404
    Grant.objects.create(user=sam, kind="vm", object_id=vm.pk, role=Role.VIEWER)
    assert client.get(address, headers=bearer(sam)).json()["shows"] == "panic"
    VM.objects.update(state="off", domain_id=None)
    assert client.get(address, headers=bearer(oli)).json() == nothing
