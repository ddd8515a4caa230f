"""Changes on their way to one page: the newest of each row, written once for all pages."""

import json
from functools import cached_property
from typing import Any

LIMIT = 2_000  # rows that wait for one page before it has to fetch everything again


class Item:
    """One change of one row, or several made one. Shared by all sockets that send it.

    `first` is the oldest revision in it, so that a page can tell a gap from a merge.
    """

    def __init__(
        self, kind: str, pk: int, rev: int, facts: dict[str, Any], first: int | None = None
    ) -> None:
        self.kind = kind
        self.pk = pk
        self.rev = rev
        self.facts = facts
        self.first = rev if first is None else first

    @cached_property
    def text(self) -> str:
        """The change as JSON."""
        change: dict[str, Any] = {"kind": self.kind, "id": self.pk, "rev": self.rev}
        if self.first != self.rev:
            change["first"] = self.first
        return json.dumps({**change, "facts": self.facts}, separators=(",", ":"))

    def over(self, older: "Item") -> "Item":
        """Return this change on top of an older one of the same row."""
        if older.rev > self.rev:
            return older.over(self)
        if older.first == self.first and self.facts.keys() >= older.facts.keys():
            return self
        facts = {**older.facts, **self.facts}
        return Item(self.kind, self.pk, self.rev, facts, min(older.first, self.first))


class Waiting:
    """What one page has not been sent yet."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, int], Item] = {}
        self.resync = False
        self.ping = False
        self.deaf = False

    def __bool__(self) -> bool:
        return self.resync or self.ping or self.deaf or bool(self._items)

    def add(self, item: Item) -> None:
        """Keep `item`; a page that is too far behind has to fetch again instead."""
        if self.resync:
            return
        key = (item.kind, item.pk)
        older = self._items.get(key)
        self._items[key] = item.over(older) if older else item
        if len(self._items) > LIMIT:
            self.add_resync()

    def add_resync(self) -> None:
        """Forget the changes; everything is fetched again."""
        self._items.clear()
        self.resync = True

    def add_deaf(self) -> None:
        """Changes are heard of no more until everything is fetched again."""
        self._items.clear()
        self.resync, self.deaf = False, True

    def take(self, seq: int) -> str:
        """Return everything that waits as one message, and wait for new things."""
        ping, self.ping = self.ping, False
        deaf, self.deaf = self.deaf, False
        if deaf and not self.resync:
            return f'{{"t":"deaf","seq":{seq}}}'
        if self.resync:
            self.resync = False
            return f'{{"t":"resync","seq":{seq}}}'
        if ping and not self._items:
            return f'{{"t":"ping","seq":{seq}}}'
        items = ",".join(item.text for item in self._items.values())
        self._items.clear()
        return f'{{"t":"batch","seq":{seq},"items":[{items}]}}'
