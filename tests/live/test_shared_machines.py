"""Pages of somebody with whom one machine is shared: they hear of it, and no longer than it is."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.utils import timezone

from accounts.models import Grant, Role, User
from tests.factories import make_vm
from tests.live.test_consumer import Page, page_of
from vms.announcing import announce_change
from vms.models import VM
from vms.sharing.services import share, take_away

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("live_redis")]

in_thread: Callable[..., Any] = database_sync_to_async
SOON = 5.0  # seconds in which a right that ended has to be felt


def shared(oli: User, sam: User) -> VM:
    vm = make_vm("web01", owner=oli)
    share(vm, sam, Role.VIEWER, oli)
    return vm


async def heard_until(page: Page, kind: str) -> list[dict[str, Any]]:
    """Return what the page hears up to a message of `kind`."""
    messages = [await page.hear(SOON)]
    while messages[-1]["t"] != kind:
        messages.append(await page.hear(SOON))
    return messages


async def test_it_is_heard_of_while_it_is_shared(oli: User, sam: User, vera: User) -> None:
    vm = await in_thread(shared)(oli, sam)
    async with page_of(sam) as page, page_of(vera) as stranger:
        await in_thread(announce_change)(vm)
        assert (await page.hear())["items"][0]["facts"]["name"] == "web01"
        assert await stranger.hears_nothing()


async def test_taking_it_away_leaves_the_page_and_ends_the_socket(oli: User, sam: User) -> None:
    vm = await in_thread(shared)(oli, sam)
    async with page_of(sam) as page:
        began = time.monotonic()
        await in_thread(take_away)(vm, sam, oli)
        messages = await heard_until(page, "bye")
        assert time.monotonic() - began < SOON
        assert messages[-1]["why"] == "rights"
        gone = [
            item for one in messages for item in one.get("items", ()) if "gone" in item["facts"]
        ]
        assert [item["id"] for item in gone] == [vm.pk]
        assert (await page.output())["code"] == 4401


async def test_an_end_that_comes_ends_the_socket(oli: User, sam: User) -> None:
    vm = await in_thread(shared)(oli, sam)
    until = timezone.now() + timedelta(seconds=1)
    await in_thread(Grant.objects.filter(object_id=vm.pk).update)(expires_at=until)
    async with page_of(sam) as page:
        messages = await heard_until(page, "bye")
        assert messages[-1]["why"] == "rights"
        assert (timezone.now() - until).total_seconds() < SOON


async def test_what_is_given_brings_the_open_list_up_to_date(oli: User, sam: User) -> None:
    vm = await in_thread(make_vm)("web01", owner=oli)
    async with page_of(sam) as page:
        await in_thread(share)(vm, sam, Role.VIEWER, oli)
        assert (await heard_until(page, "bye"))[-1]["why"] == "rights"
