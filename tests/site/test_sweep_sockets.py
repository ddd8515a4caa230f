"""The live socket and the consoles, as everybody: who hears of a machine, who gets a ticket."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.access import Capability
from accounts.services import create_token, find_token, limits_of
from consoles.services import KINDS, MODES, request_console
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
async def test_a_machine_is_heard_of_by_those_who_may_see_it() -> None:
    world: World = await in_thread(make_world)()
    audiences = world.red_vm.audiences
    async with contextlib.AsyncExitStack() as stack:
        pages = {
            name: await stack.enter_async_context(page_of(world.cast[name])) for name in PEOPLE
        }
        await in_thread(announce)("vm", world.red_vm.pk, 99, {"state": "off"}, audiences)
        await asyncio.sleep(0.5)
        for name, page in pages.items():
            if may(name, "vm.view"):
                assert (await page.hear())["items"][0]["id"] == world.red_vm.pk, name
            else:
                assert await page.hears_nothing(0.05), name


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("live_redis")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", MODES)
def test_a_ticket_is_handed_out_by_right(kind: str, mode: str) -> None:
    world = make_world()
    world.red_vm.has_serial = True
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
