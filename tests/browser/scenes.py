"""What is there when a browser test begins, and what happens meanwhile.

Run as a program in the portal's environment, it reads `[name, wishes]` line by line, plays the
scene, and writes its result as a line of JSON.
"""

import json
import os
import random
import sys
import time
import traceback
from collections.abc import Callable
from datetime import timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hypervisor_site.settings")

import django

django.setup()

from django.apps import apps  # noqa: E402
from django.contrib.auth import login  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import transaction  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from consoles.models import ConsoleSession, name_of_user  # noqa: E402
from consoles.room import driving  # noqa: E402
from hosts.models import Host, HostState, Network, StoragePool  # noqa: E402
from jobs.models import AuditEntry, Job, JobState  # noqa: E402
from live import samples  # noqa: E402
from live.looking import Pace  # noqa: E402
from live.publish import announce  # noqa: E402
from screens.seeing import Seeing  # noqa: E402
from tests.browser.guarding import GUARDING  # noqa: E402
from tests.browser.lessons import LESSONS  # noqa: E402
from tests.browser.moments import MOMENTS  # noqa: E402
from tests.browser.moves import MOVES  # noqa: E402
from tests.browser.plans import PLANS  # noqa: E402
from tests.factories import GIB, build_vm, make_host, make_vm  # noqa: E402
from tests.screens.test_reading import DATA  # noqa: E402
from vms.announcing import announce_change  # noqa: E402
from vms.models import VM  # noqa: E402

PASSWORD = "an-old-lighthouse-7"
BACKEND = "accounts.sign_in.people.PeopleBackend"
OUR_ROOMS = ("posture", "maintenance", "migration", "vms", "hosts", "jobs", "consoles", "accounts")


def nothing() -> None:
    """Take everything away but the record, which cannot be taken away."""
    with transaction.atomic():
        for room in OUR_ROOMS:
            for model in apps.get_app_config(room).get_models():
                if model is not AuditEntry:
                    model._default_manager.all().delete()


def people() -> dict[str, int]:
    """Let the cast in."""
    named = {"ada": "Ada Marsh", "oli": "Oli Byrne", "vera": "Vera Lind", "sam": "Sam Okafor"}
    found = {}
    for username, name in named.items():
        first, last = name.split()
        make = User.objects.create_superuser if username == "ada" else User.objects.create_user
        user = make(username, password=PASSWORD, first_name=first, last_name=last)
        found[username] = user.pk
    return found


def shows(name: str, picture: str) -> None:
    """Let the watcher have seen a picture of `tests/screens/data` on a machine's screen."""
    vm = VM.objects.select_related("host").get(name=name)
    eyes = Seeing()
    seen = eyes.read(vm.host_id, str(vm.uuid), (DATA / f"{picture}.png").read_bytes(), Pace.PAGE)
    eyes.looked(vm.host_id, [str(vm.uuid)])
    eyes.tell(vm.host, [seen])


def drives(name: str, username: str) -> None:
    """Let somebody open the console of a machine, as the gateway notes it."""
    vm, user = VM.objects.get(name=name), User.objects.get(username=username)
    who = name_of_user(user.pk)
    driving.enter(ConsoleSession.objects.create(vm=vm, user=user, who=who))


def left(name: str) -> None:
    """Let everybody leave the consoles of a machine."""
    for session in ConsoleSession.objects.filter(vm__name=name, closed_at=None):
        session.closed_at = timezone.now()
        session.save()
        driving.leave(session)


def binned(name: str) -> None:
    """Let a machine lie in the recycle bin since now."""
    VM.objects.filter(name=name).update(recycled_at=timezone.now())


def session(username: str) -> str:
    """Return the key of a session of this person."""
    request = HttpRequest()
    request.session = SessionStore()
    request.META = {"REMOTE_ADDR": "127.0.0.1", "HTTP_USER_AGENT": "browser test"}
    login(request, User.objects.get(username=username), backend=BACKEND)
    request.session.save()
    return str(request.session.session_key)


def house() -> dict[str, int]:
    """Make three hosts, the cast, and machines in every state; return their ids."""
    people()
    hosts = [
        make_host("alder"),
        make_host("birch"),
        make_host("larch", state=HostState.UNREACHABLE),
    ]
    for host in hosts:
        StoragePool.objects.create(
            host=host,
            uuid=host.uuid,
            name="default",
            kind="dir",
            active=True,
            capacity=1000 * GIB,
            allocation=600 * GIB,
            available=400 * GIB,
        )
        Network.objects.create(
            host=host,
            uuid=host.uuid,
            name="default",
            mode="nat",
            active=True,
            dhcp=True,
            cidrs=["192.168.122.0/24"],
            gateways=["192.168.122.1"],
        )
    ada, oli = User.objects.get(username="ada"), User.objects.get(username="oli")
    wishes: list[tuple[str, dict[str, Any]]] = [
        ("api-gateway-01", {"tags": ("prod", "nginx"), "memory": 8 * GIB, "memory_used": 5 * GIB}),
        ("build-runner-03", {"tags": ("ci",), "cpu_percent": 88.0}),
        ("cs101-lab-04", {"state": "paused", "state_reason": "by-user", "tags": ("lab",)}),
        ("db-prod-02", {"tags": ("prod", "postgres"), "is_protected": True}),
        ("db-replica-05", {"state": "blocked", "state_reason": "io-error"}),
        ("git-mirror-02", {"state": "saved"}),
        ("kiosk-demo", {"owner": ada, "state": "off", "tags": ("demo",), "address": ""}),
        ("payroll-test", {"state": "crashed"}),
        ("sensor-gw-07", {"host": hosts[2]}),
        ("web-prod-07", {"owner": oli, "os_id": "http://ubuntu.com/ubuntu/24.04"}),
    ]
    found = {}
    for number, (name, fields) in enumerate(wishes):
        vm = make_vm(name, **{"host": hosts[number % 2], **fields})
        found[name] = vm.pk
    measure()
    return found


def lend(name: str) -> int:
    """Let the network of a machine lend it an address, and keep another; return the network."""
    vm = VM.objects.get(name=name)
    network = Network.objects.get(host=vm.host, name="default")
    end = int((timezone.now() + timedelta(minutes=40)).timestamp())
    lease = {"mac": vm.nics[0]["mac"], "address": "192.168.122.31", "expires_at": end}
    stray = {"mac": "52:54:00:0a:0b:0c", "address": "192.168.122.9", "expires_at": end}
    network.leases = [lease | {"hostname": name}, stray | {"hostname": "a-box-of-somebody"}]
    network.fixed = [{"mac": "52:54:00:0d:0e:0f", "address": "192.168.122.200"}]
    network.save()
    return network.pk


def measure() -> None:
    """Give every machine that runs a quarter of an hour of figures."""
    dice = random.Random(1)
    now = time.time()
    running = list(VM.objects.filter(state="running"))
    for step in range(90, -1, -1):
        samples._rings.clear()
        samples.push({vm.pk: _sample(vm, now - step * 10, dice) for vm in running})


def _sample(vm: VM, at: float, dice: random.Random) -> samples.Sample:
    return samples.Sample(
        at=at,
        cpu=min(100.0, max(0.0, (vm.cpu_percent or 0) + dice.uniform(-6, 6))),
        memory_used=vm.memory_used,
        memory_max=vm.memory,
        disk_read=dice.uniform(0, 4e6),
        disk_write=dice.uniform(0, 14e6),
        net_in=dice.uniform(0, 5e6),
        net_out=dice.uniform(0, 2e7),
    )


def use(name: str, cpu: float) -> None:
    """Let a machine be so busy, as the watcher would tell it."""
    vm = VM.objects.get(name=name)
    samples._rings.clear()
    samples.push({vm.pk: samples.Sample(at=time.time(), cpu=cpu, memory_used=vm.memory_used)})
    VM.objects.filter(pk=vm.pk).update(cpu_percent=cpu)
    facts = {"cpu": round(cpu), "mem_used": vm.memory // 2}
    announce("vm", vm.pk, vm.rev, facts, vm.audiences)


def change(name: str, renamed: str = "", **fields: Any) -> None:
    """Let a machine change outside, as the watcher would tell it."""
    with transaction.atomic():
        vm = VM.objects.select_related("host").get(name=name)
        vm.name = renamed or name
        for field, value in fields.items():
            setattr(vm, field, value)
        vm.save()
        announce_change(vm)


def finish(name: str, state: str) -> None:
    """Let the job of a machine succeed, and the machine be in `state`."""
    Job.objects.active().filter(target_name=name).update(state=JobState.SUCCEEDED)
    change(name, state=state, domain_id=7 if state == "running" else None)


def jobs() -> list[str]:
    """Return the kinds of all jobs, oldest first."""
    return list(Job.objects.order_by("pk").values_list("kind", flat=True))


def many(count: int) -> None:
    """Make `count` machines on one host."""
    host = Host.objects.first() or make_host("alder")
    VM.objects.bulk_create([build_vm(f"vm-{n:04d}", host=host) for n in range(count)])


SCENES: dict[str, Callable[..., Any]] = {
    scene.__name__: scene
    for scene in (
        nothing,
        people,
        drives,
        left,
        binned,
        session,
        shows,
        house,
        lend,
        use,
        change,
        finish,
        jobs,
        many,
    )
}


def play(line: str) -> dict[str, Any]:
    """Play the scene that a line asks for; tell its result, or why it failed."""
    name, wishes = json.loads(line)
    try:
        return {"result": (SCENES | LESSONS | MOMENTS | PLANS | MOVES | GUARDING)[name](**wishes)}
    except Exception:  # noqa: BLE001 - told to the test, which fails
        return {"error": traceback.format_exc()}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(play(line)), flush=True)
