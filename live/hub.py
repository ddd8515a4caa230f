"""One Redis subscription in a web process, fanned out to its sockets without copying.

Everything here runs in the event loop of the web process; there is one hub for a loop, and it
works only while a socket is open.
"""

import asyncio
import json
import logging
import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from django.db import DatabaseError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from . import lately
from .audience import Listener, still_allowed
from .items import Item
from .near import come
from .presence import KEY, SECONDS
from .publish import CHANNEL
from .redis import async_client

RECONNECT_AFTER = 0.5  # seconds between two tries to reach Redis
SILENCE = 10.0  # seconds until Redis is asked whether it is still there
SUBSCRIBE_WITHIN = 3.0  # seconds, or a page is not told what it missed
CHECK_EVERY = 3.0  # seconds between two looks at who may still listen

log = logging.getLogger(__name__)


class Subscriber(Protocol):
    """A socket, as the hub sees it. None of these may wait."""

    listener: Listener
    near: frozenset[int]  # hosts that the page looks at closely

    def offer(self, item: Item) -> None:
        """Take a change that the listener may hear."""

    def offer_resync(self) -> None:
        """Messages were lost: the page has to fetch again."""

    def offer_deaf(self) -> None:
        """Nothing is heard from now on, until the page has to fetch again."""

    def tick(self) -> None:
        """Three seconds went by, and all is well."""

    def dismiss(self) -> None:
        """The listener's rights ended or changed."""


class Hub:
    """Give each change to the sockets whose listeners may hear it."""

    def __init__(self) -> None:
        self._subscribers: set[Subscriber] = set()
        self._by_audience: dict[str, set[Subscriber]] = defaultdict(set)
        self._tasks: list[asyncio.Task[None]] = []
        self._told = asyncio.Event()
        self._listening = asyncio.Event()
        self._is_deaf = False

    def join(self, subscriber: Subscriber) -> None:
        """Give changes to `subscriber` from now on."""
        self._subscribers.add(subscriber)
        for audience in subscriber.listener.audiences:
            self._by_audience[audience].add(subscriber)
        if self._is_deaf:
            subscriber.offer_deaf()
        if not self._tasks:
            work = (self._subscribe(), self._check_rights(), self._tell_presence())
            self._tasks = [asyncio.create_task(part) for part in work]

    def leave(self, subscriber: Subscriber) -> None:
        """Forget `subscriber`; the last one to leave ends the subscription."""
        self._subscribers.discard(subscriber)
        for audience in subscriber.listener.audiences:
            self._by_audience[audience].discard(subscriber)
            if not self._by_audience[audience]:
                del self._by_audience[audience]
        if not self._subscribers:
            for task in self._tasks:
                task.cancel()
            self._tasks = []
            self._listening.clear()
            self._is_deaf = False

    def hurry(self) -> None:
        """Tell at once that somebody looks closer."""
        self._told.set()

    def spread(self, text: str) -> None:
        """Give the changes of one Redis message to those who may hear them."""
        message = json.loads(text)
        if message.get("resync"):
            self.resync()
        for change in message.get("items", ()):
            item = _item(change)
            for subscriber in self._hearing(change["audiences"]):
                subscriber.offer(item)

    async def catch_up(self, subscriber: Subscriber, drawn_at: float) -> None:
        """Give `subscriber` what changed since its page was drawn, and before it was heard of."""
        try:
            async with asyncio.timeout(SUBSCRIBE_WITHIN), async_client() as redis:
                await self._listening.wait()
                messages = await lately.since(redis, drawn_at, time.time())
        except (RedisError, OSError, TimeoutError):
            return  # it is told that nothing is heard
        for message in messages:
            for change in message["items"]:
                if not subscriber.listener.audiences.isdisjoint(change["audiences"]):
                    subscriber.offer(_item(change))

    def resync(self) -> None:
        """Make every page fetch again."""
        for subscriber in self._subscribers:
            subscriber.offer_resync()

    def _go_deaf(self) -> None:
        """Tell every page that what it shows is kept fresh no more."""
        self._is_deaf = True
        for subscriber in self._subscribers:
            subscriber.offer_deaf()

    def _hearing(self, audiences: Iterable[str]) -> set[Subscriber]:
        return set[Subscriber]().union(*(self._by_audience.get(one, ()) for one in audiences))

    async def _subscribe(self) -> None:
        """Listen to Redis for ever; the pages hear of each break, and fetch again after it."""
        while True:
            try:
                async with async_client() as redis, redis.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    if self._is_deaf:
                        log.info("Redis is back; pages fetch again")
                        self._is_deaf = False
                        self.resync()
                    await self._listen(channel)
            except (RedisError, OSError) as error:
                self._listening.clear()
                if not self._is_deaf:
                    log.warning("Live status waits for Redis: %s", error)
                    self._go_deaf()
                await asyncio.sleep(RECONNECT_AFTER)

    async def _listen(self, channel: Any) -> None:
        """Spread what comes. Raises redis.ConnectionError when Redis stays silent to a ping."""
        asked = False
        while True:
            message = await channel.get_message(timeout=SILENCE)
            if message is None:
                if asked:
                    raise RedisConnectionError("Redis does not answer")
                await channel.ping()
            elif message["type"] == "subscribe":
                self._listening.set()
            elif message["type"] == "message":
                self._spread_safely(message["data"])
            asked = message is None

    def _spread_safely(self, text: str) -> None:
        try:
            self.spread(text)
        except (ValueError, KeyError, TypeError, AttributeError):
            log.warning("A message on %s is not ours", CHANNEL)

    async def _check_rights(self) -> None:
        """Dismiss sockets whose session ended or whose rights changed."""
        while True:
            await asyncio.sleep(CHECK_EVERY)
            present = list(self._subscribers)
            try:
                allowed = await still_allowed([one.listener for one in present])
            except DatabaseError as error:
                log.warning("Rights of open pages could not be read: %s", error)
                continue
            for subscriber in present:
                if subscriber.listener in allowed:
                    subscriber.tick()
                else:
                    subscriber.dismiss()

    async def _tell_presence(self) -> None:
        """Keep the sign in Redis that somebody watches."""
        async with async_client() as redis:
            while True:
                self._told.clear()
                try:
                    await redis.set(KEY, 1, ex=SECONDS)
                    await come(redis, {pk for one in self._subscribers for pk in one.near})
                except (RedisError, OSError):
                    log.debug("Presence waits for Redis")
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._told.wait(), SECONDS / 3)


def _item(change: dict[str, Any]) -> Item:
    return Item(change["kind"], change["id"], change["rev"], change["facts"])


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """Return the hub of the running event loop."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
