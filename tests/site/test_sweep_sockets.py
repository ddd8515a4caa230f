"""The live socket and the consoles, as everybody: who hears of a machine, who gets a ticket."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.access import Capability, audiences_of
from accounts.services import create_token, find_token, limits_of
from backups.models import Backup
from consoles.services import KINDS, MODES, request_console
from hosts.models import Network
from jobs.models import JobAudience
from live.publish import announce
from tests.live.conftest import live_redis, redis_server
from tests.live.test_consumer import page_of
from tests.site.world import MATRIX, World, make_world
from vms.access import get_vm

__all__ = ["live_redis", "redis_server"]

in_thread: Callable[..., Any] = database_sync_to_async
PEOPLE = sorted({*MATRIX, "admin"} - {"visitor"})


def may(name: str, capability: str) -> bool:
    return name == "admin" or capability in MATRIX[name]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("live_redis")
async def test_every_topic_is_heard_by_those_who_may_see_it() -> None:
    world: World = await in_thread(make_world)()
    topics = await in_thread(topics_of)(world)
    async with contextlib.AsyncExitStack() as stack:
        pages = {
            name: await stack.enter_async_context(page_of(world.cast[name])) for name in PEOPLE
        }
        for topic, (audiences, _hearing) in topics.items():
            await in_thread(announce)(topic, 7, 99, {"state": "off"}, audiences)
        await asyncio.sleep(0.5)
        for name, page in pages.items():
            told: set[str] = set()
            while not await page.hears_nothing(0.3):
                told |= {item["kind"] for item in (await page.hear())["items"]}
            assert told == {topic for topic, (_all, who) in topics.items() if name in who}, name


def topics_of(world: World) -> dict[str, tuple[list[str], set[str]]]:
    """Return what is announced of each kind of thing: to which audiences, and who may hear it."""
    seeing = {name for name in PEOPLE if may(name, "vm.view")}
    members = {name for name in PEOPLE if may(name, "team.view")}
    network = Network.objects.get(pk=world.ids["network"]["red"])
    backup = Backup.objects.get(pk=world.ids["backup"]["red"])
    heard = list(JobAudience.objects.filter(job=world.red_job).values_list("name", flat=True))
    return {
        "vm": (world.red_vm.audiences, seeing),
        "other-vm": (world.blue_vm.audiences, {"rival", "auditor", "admin"}),
        "job": (heard, seeing),
        "network": (audiences_of(network), members),
        "backup": (backup.audiences, members),
        "host": (["admins"], {"auditor", "admin"}),
        "person": ([f"user-{world.cast['person'].pk}"], {"person"}),
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("live_redis")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", MODES)
def test_a_ticket_is_handed_out_by_right(kind: str, mode: str) -> None:
    world = make_world()
    world.red_vm.has_serial = True
    world.red_vm.graphics.append(world.red_vm.graphics[0] | {"kind": "spice"})
    world.red_vm.save()
    for name in PEOPLE:
        user = world.cast[name]
        try:
            vm = get_vm(user, world.red_vm.pk, Capability.VM_CONSOLE)
            ticket = request_console(vm, user, login_session="s", kind=kind, mode=mode)
        except Http404:
            assert not may(name, "vm.view"), name
        except PermissionDenied:
            assert may(name, "vm.view") and not may(name, "vm.console"), name
        else:
            assert ticket.text and may(name, "vm.console"), name


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("live_redis")
@pytest.mark.parametrize("kind", ["ssh", "rdp"])
def test_a_ticket_to_sign_in_is_handed_out_by_right(kind: str) -> None:
    world = make_world()
    vm = world.red_vm
    vm.addresses = [{"mac": "", "address": "192.0.2.7", "family": "ipv4", "source": "lease"}]
    vm.save()
    for name in PEOPLE:
        user = world.cast[name]
        try:
            found = get_vm(user, vm.pk, Capability.VM_CONSOLE)
            ticket = request_console(found, user, login_session="s", kind=kind)
        except Http404:
            assert not may(name, "vm.view"), name
        except PermissionDenied:
            assert may(name, "vm.view") and not may(name, "vm.console"), name
        else:
            assert ticket.text and may(name, "vm.console"), name


def test_a_token_leaves_no_more_than_it_names(db: None) -> None:
    world = make_world()
    for name in ("owner", "person", "admin"):
        made = create_token(world.cast[name], "narrow")
        made.row.capabilities = ["vm.view", "vm.operate"]
        made.row.save()
        found = find_token(made.key)
        assert found is not None
        user = found.user
        user.limited_to = limits_of(found)
        assert get_vm(user, world.red_vm.pk, Capability.VM_OPERATE)
        for capability in (Capability.VM_DELETE, Capability.VM_CONSOLE, Capability.VM_EDIT):
            with pytest.raises(PermissionDenied):
                get_vm(user, world.red_vm.pk, capability)
