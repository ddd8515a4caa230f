"""A page hears what its person may hear, at once, and no longer than they may."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from accounts.models import Membership, Role, Team, User
from hypervisor_site.asgi import application
from live import consumers, hub, near, presence, publish
from live.publish import Change, announce, announce_many
from live.redis import async_client
from tests.services import RedisServer
from tests.sockets import Socket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("live_redis")]

in_thread: Callable[..., Any] = database_sync_to_async


def sign_in(user: User) -> SessionStore:
    """Return a session of `user` as the sign-in page makes it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "accounts.sign_in.people.PeopleBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session


class Page(Socket):
    """A socket as live.js uses it."""

    def __init__(self, session: SessionStore | None, **given: Any) -> None:
        cookie = f"sessionid={session.session_key}" if session else ""
        super().__init__(application, "/ws/live/", cookie=cookie, **given)

    async def arrive(self) -> None:
        """Open and wait until changes come through."""
        connected, _ = await self.open()
        assert connected
        assert (await self.hear())["t"] == "hello"
        await asyncio.sleep(0.1)  # the hub's subscription


@contextlib.asynccontextmanager
async def page_of(user: User) -> AsyncIterator[Page]:
    page = Page(await in_thread(sign_in)(user))
    await page.arrive()
    try:
        yield page
    finally:
        await page.leave()


def tell(pk: int, rev: int = 1, audiences: tuple[str, ...] = ("admins",), **facts: Any) -> None:
    announce("vm", pk, rev, facts, audiences)


async def test_a_change_reaches_the_page(ada: User) -> None:
    async with page_of(ada) as page:
        await in_thread(tell)(7, state="running")
        message = await page.hear()
        (item,) = message["items"]
        assert item == {"kind": "vm", "id": 7, "rev": 1, "facts": {"state": "running"}}


async def test_only_those_with_the_right_hear(ada: User, oli: User, sam: User) -> None:
    async with page_of(ada) as admin, page_of(oli) as owner, page_of(sam) as stranger:
        await in_thread(tell)(7, audiences=("admins", f"user-{oli.pk}"), state="off")
        assert (await admin.hear())["items"]
        assert (await owner.hear())["items"]
        assert await stranger.hears_nothing()


async def test_a_burst_is_sent_in_few_batches(ada: User) -> None:
    async with page_of(ada) as page:
        for rev in range(1, 60):
            await in_thread(tell)(7, rev, cpu=rev)
        await asyncio.sleep(0.7)
        messages = []
        while not await page.hears_nothing(0.4):
            messages.append(await page.hear())
        assert len(messages) <= 5
        assert messages[-1]["items"][0]["rev"] == 59
        assert [one["seq"] for one in messages] == list(range(2, len(messages) + 2))


async def test_a_page_hears_what_changed_between_its_drawing_and_its_socket(ada: User) -> None:
    drawn_at = time.time()
    await in_thread(tell)(7, rev=3, state="running")
    await in_thread(tell)(8, audiences=("team-5",), state="off")
    await in_thread(announce_many)(
        [Change(kind="vm", id=9, rev=1, facts={"cpu": 3}, audiences=["admins"])], is_passing=True
    )
    await in_thread(publish.flush)()
    async with page_of(ada) as page:
        await page.say({"t": "watch", "kinds": ["vm"], "since": drawn_at})
        (item,) = (await page.hear())["items"]
        assert (item["id"], item["rev"], item["facts"]) == (7, 3, {"state": "running"})
        await page.say({"t": "watch", "kinds": ["vm"], "since": drawn_at})  # once is enough
        await in_thread(tell)(7, rev=4, state="off")
        (item,) = (await page.hear())["items"]
        assert item["rev"] == 4


@pytest.mark.parametrize("since", ["soon", None, [1], -1e300, 1e300, float("nan"), True])
async def test_nonsense_of_a_page_about_its_age_harms_nothing(ada: User, since: object) -> None:
    async with page_of(ada) as page:
        await page.say({"t": "watch", "kinds": ["vm"], "since": since})
        await in_thread(tell)(7, state="running")
        assert (await page.hear())["items"][0]["id"] == 7


async def test_a_thousand_changes_cost_one_message(ada: User) -> None:
    async with page_of(ada) as page:
        changes = [
            Change(kind="vm", id=pk, rev=1, facts={"state": "off"}, audiences=["admins"])
            for pk in range(1000)
        ]
        await in_thread(announce_many)(changes)
        heard: set[int] = set()
        while len(heard) < 1000:
            heard |= {item["id"] for item in (await page.hear())["items"]}


async def test_a_page_hears_only_the_kinds_it_watches(ada: User) -> None:
    async with page_of(ada) as page:
        await page.say({"t": "watch", "kinds": ["job"]})
        await asyncio.sleep(0.05)
        await in_thread(tell)(7, state="off")
        assert await page.hears_nothing()


async def test_who_is_not_signed_in_is_refused_before_the_socket_opens(db: None) -> None:
    page = Page(None)
    connected, code = await page.open()
    assert not connected
    assert code == consumers.RIGHTS_CHANGED


async def test_a_foreign_origin_is_refused(ada: User) -> None:
    session = await in_thread(sign_in)(ada)
    foreign = ["https://evil.example", "http://testserver.evil.example", "null", None]
    for origin in [*foreign, "https://testserver", "http://testserver:8000"]:
        page = Page(session, origin=origin)
        connected, _ = await page.open()
        assert not connected


def remove_session(user: User) -> None:
    SessionStore.get_model_class().objects.all().delete()


def deactivate(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def leave_team(user: User) -> None:
    Membership.objects.filter(user=user).delete()


def change_password(user: User) -> None:
    user.set_password("another-lighthouse-8")
    user.save()


@pytest.mark.parametrize("end", [remove_session, deactivate, leave_team, change_password])
async def test_the_socket_closes_within_5_seconds_of_the_right_ending(
    oli: User, end: Callable[[User], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "CHECK_EVERY", 0.2)
    team = await Team.objects.acreate(name="Web", slug="web")
    await Membership.objects.acreate(user=oli, team=team, role=Role.VIEWER)
    page = Page(await in_thread(sign_in)(oli))
    await page.arrive()
    await in_thread(end)(oli)
    assert (await page.hear())["t"] == "bye"
    closed = await page.output()
    assert (closed["type"], closed["code"]) == ("websocket.close", consumers.RIGHTS_CHANGED)
    await page.leave()


async def test_nonsense_from_the_page_closes_it(ada: User) -> None:
    page = Page(await in_thread(sign_in)(ada))
    await page.arrive()
    await page.say("[" * 100)
    closed = await page.output()
    assert closed["code"] == 1003
    await page.leave()


async def test_without_redis_every_page_is_told_and_after_it_fetches_again(
    ada: User, live_redis: RedisServer
) -> None:
    async with page_of(ada) as page:
        await in_thread(live_redis.kill)()
        await in_thread(tell)(7, state="off")
        await in_thread(publish.flush)()
        assert (await page.hear())["t"] == "deaf"
        async with page_of(ada) as late:
            assert (await late.hear())["t"] == "deaf"
        await in_thread(live_redis.start)()
        assert (await page.hear())["t"] == "resync"
        await in_thread(tell)(8, state="off")  # tells that messages were lost before it
        assert (await page.hear())["t"] == "resync"
        await in_thread(tell)(9, state="off")
        assert (await page.hear())["items"][0]["id"] == 9


async def test_a_forged_message_is_ignored(ada: User, live_redis: RedisServer) -> None:
    async with page_of(ada) as page:
        async with async_client() as redis:
            for text in ("\x80\x04pickle", "[]", '{"items": [1]}', '{"items": [{"kind": "vm"}]}'):
                await redis.publish(publish.CHANNEL, text)
        await in_thread(tell)(7, state="off")
        assert (await page.hear())["items"][0]["id"] == 7


async def test_an_open_page_makes_the_watcher_look_more_often(ada: User) -> None:
    assert not await in_thread(presence.is_anybody_watching)()
    async with page_of(ada):
        assert await in_thread(presence.is_anybody_watching)()


async def test_a_page_that_does_not_take_messages_is_given_up(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "GIVE_UP_AFTER", 0.3)
    page = Page(await in_thread(sign_in)(ada))
    await page.arrive()
    stuck = asyncio.Event()

    async def never(*_args: Any, **_kwargs: Any) -> None:
        await stuck.wait()

    monkeypatch.setattr(consumers.LiveConsumer, "send", never)
    await in_thread(tell)(7, state="off")
    closed = await page.output()
    assert (closed["type"], closed["code"]) == ("websocket.close", consumers.TOO_SLOW)
    assert not hub.hub()._subscribers
    await page.leave()


async def near_hosts() -> frozenset[int]:
    await asyncio.sleep(0.2)
    return await in_thread(near.near_hosts)()


async def test_page_of_a_host_says_that_somebody_looks_closely(ada: User, oli: User) -> None:
    async with page_of(oli) as page:
        await page.say({"t": "watch", "kinds": ["threads"], "near": [3]})
        assert await near_hosts() == frozenset(), "hosts are for administrators"
    async with page_of(ada) as page:
        await page.say({"t": "watch", "kinds": ["threads"], "near": [7, -1, "x", None]})
        assert await near_hosts() == {7}
        await page.say({"t": "watch", "kinds": ["threads"], "near": 9})
        assert await near_hosts() == {7}, "what was told counts for a while"
