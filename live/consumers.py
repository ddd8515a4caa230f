"""The socket of a page: lets in who is signed in, and sends at most four batches a second."""

import asyncio
import json
import time
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from .audience import Listener, listener_of
from .hub import hub
from .items import Item, Waiting

BATCH_INTERVAL = 0.25  # seconds between two batches to one page
PING_EVERY = 15.0  # seconds of silence until the page hears that all is well
GIVE_UP_AFTER = 30.0  # seconds that a page may take to accept a message
PARTING = 2.0  # seconds to say good-bye
MAX_MESSAGE = 64 * 1024  # bytes that a page may say at once

LATEST = 1e11  # POSIX seconds: no page was drawn after that, nor at NaN
MOST_NUMBERS = 5_000  # rows that a page may name
HOSTS_HEARD_BY = "admins"

RIGHTS_CHANGED = 4401
TOO_SLOW = 1013


def _numbers(said: object) -> frozenset[int]:
    """Return the row numbers in what a page said, not too many of them."""
    found = said[:MOST_NUMBERS] if isinstance(said, list) else ()
    return frozenset(one for one in found if isinstance(one, int) and 0 < one < 2**31)


class LiveConsumer(AsyncWebsocketConsumer):
    """One page's live status.

    To the browser: {"t": "hello"|"batch"|"deaf"|"resync"|"ping"|"bye"}, each with the next `seq`.
    From it: {"t": "watch", "kinds": ["vm"], "ids": [7]}; without it everything that the person
    may hear is sent. "near": [3] names hosts that are looked at closely; "since": 1732975200.5,
    said once, is when the page was drawn: what changed since then is sent too.
    """

    channel_layer_alias = "none"  # the hub is the only source
    listener: Listener

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._seq = 0
        self._sent_at = time.monotonic()
        self._waiting = Waiting()
        self._wake = asyncio.Event()
        self._ending: tuple[int, str] | None = None
        self._kinds: frozenset[str] | None = None
        self._ids: frozenset[int] | None = None
        self._sender: asyncio.Task[None] | None = None
        self._catching_up: asyncio.Task[None] | None = None
        self.near: frozenset[int] = frozenset()

    async def connect(self) -> None:
        """Let in who is signed in; refuse anybody else before the socket opens."""
        listener = await listener_of(self.scope["user"], self.scope.get("session"))
        if listener is None:
            await self.close(code=RIGHTS_CHANGED)
            return
        self.listener = listener
        await self.accept()
        hub().join(self)
        self._sender = asyncio.create_task(self._send_for_ever())

    async def disconnect(self, code: int) -> None:
        """Stop listening."""
        if hasattr(self, "listener"):
            hub().leave(self)
            for task in (self._sender, self._catching_up):
                if task is not None:
                    task.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take what the page wants to hear about; anything else ends the socket."""
        try:
            message = json.loads(text_data or "") if len(text_data or "") <= MAX_MESSAGE else None
        except ValueError:
            message = None
        if not isinstance(message, dict):
            await self.close(code=1003)
        elif message.get("t") == "watch":
            self._watch(message)

    def _watch(self, message: dict[str, Any]) -> None:
        kinds, ids = message.get("kinds"), message.get("ids")
        self._kinds = frozenset(map(str, kinds)) if isinstance(kinds, list) else None
        self._catch_up(message.get("since"))
        numbers = ids if isinstance(ids, list) and ids else None
        self._ids = _numbers(numbers) if numbers else None
        if HOSTS_HEARD_BY in self.listener.audiences:
            self.near = _numbers(message.get("near"))
            if self.near:
                hub().hurry()

    def _catch_up(self, drawn_at: object) -> None:
        """Have the page told, once, what it missed since it was drawn."""
        if (
            self._catching_up is None
            and isinstance(drawn_at, int | float)
            and 0 < drawn_at < LATEST
        ):
            work = hub().catch_up(self, float(drawn_at))
            self._catching_up = asyncio.create_task(work)

    def offer(self, item: Item) -> None:
        """Keep a change that the page watches, and wake the sender."""
        if self._kinds is not None and item.kind not in self._kinds:
            return
        if self._ids is not None and item.pk not in self._ids:
            return
        self._waiting.add(item)
        self._wake.set()

    def offer_resync(self) -> None:
        """Tell the page to fetch again."""
        self._waiting.add_resync()
        self._wake.set()

    def offer_deaf(self) -> None:
        """Tell the page that it hears of no changes now."""
        self._waiting.add_deaf()
        self._wake.set()

    def tick(self) -> None:
        """Tell a page that heard nothing for a while that all is well."""
        if time.monotonic() - self._sent_at > PING_EVERY:
            self._waiting.ping = True
            self._wake.set()

    def dismiss(self) -> None:
        """End the socket: the session is over, or the person's rights are others now."""
        self._ending = (RIGHTS_CHANGED, "rights")
        self._wake.set()

    async def _send_for_ever(self) -> None:
        """Send the first change at once, what follows in batches; close what cannot keep up."""
        try:
            await self._say({"t": "hello"})
            while await self._wait():
                await self._within_time(self._waiting.take(self._next()))
                await asyncio.sleep(BATCH_INTERVAL)
        except TimeoutError:
            self._ending = (TOO_SLOW, "slow")
        except (RuntimeError, OSError):
            return  # the browser went away in the middle of a message
        await self._part()

    async def _wait(self) -> bool:
        """Wait for something to send; False when the socket ends."""
        while not self._waiting and self._ending is None:
            self._wake.clear()
            await self._wake.wait()
        return self._ending is None

    async def _part(self) -> None:
        """Hear nothing more, then say good-bye; a page that takes nothing may never notice."""
        hub().leave(self)
        code, why = self._ending or (1001, "end")
        try:
            async with asyncio.timeout(PARTING):
                await self._goodbye(code, why)
        except (TimeoutError, RuntimeError, OSError):
            return

    async def _goodbye(self, code: int, why: str) -> None:
        if code != TOO_SLOW:
            await self._say({"t": "bye", "why": why})
        await self.close(code=code)

    async def _say(self, message: dict[str, Any]) -> None:
        await self._within_time(json.dumps({**message, "seq": self._next()}))

    async def _within_time(self, text: str) -> None:
        """Send, and wait until the page took it. Raises TimeoutError."""
        async with asyncio.timeout(GIVE_UP_AFTER):
            await self.send(text_data=text)
        self._sent_at = time.monotonic()

    def _next(self) -> int:
        self._seq += 1
        return self._seq
