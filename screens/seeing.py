"""What becomes of a picture? Compare, make it small, read it, keep it; then write and announce.

`Seeing` lives in the watcher. What it remembers of a machine is a digest and what was made of the
last two pictures: the cursor of a text console blinks, and its two pictures come again and again.
"""

import hashlib
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from hosts.models import Host
from live.looking import Pace
from screens import store
from screens.pictures import BadPictureError, Thumbs, open_picture, thumbs_of
from screens.reading import health_of
from screens.telling import tell

RECHECK = 45.0  # seconds after which what is known is compared with the row again
READ_EVERY = 4.0  # seconds between two readings of one screen
MOST_REMEMBERED = 2
MOST_SHARED = 64
MOST_MACHINES = 20_000


@dataclass(frozen=True, slots=True)
class Seen:
    """What the room writes and announces of one screen. `version` is "" for the same picture."""

    name: str  # as `live.looking` makes it
    version: str
    health: str
    is_watched: bool


@dataclass(slots=True)
class _Made:
    """What was made of one picture; `health` is None until it was read."""

    thumbs: Thumbs | None
    health: str | None = None


@dataclass(slots=True)
class _Memory:
    digest: bytes = b""
    made: dict[bytes, _Made] = field(default_factory=dict)
    health: str = ""
    read_at: float = 0.0
    told_at: float = 0.0


class Seeing:
    """Sees the pictures that the watcher takes; see `hosts.watching.eyes`."""

    def __init__(self) -> None:
        self._known: dict[store.Key, _Memory] = {}
        self._shared: dict[bytes, _Made] = {}  # many machines show the same: nothing, say
        self._lock = threading.Lock()

    def read(self, host_id: int, name: str, data: bytes, pace: Pace | None) -> Seen | None:
        """Look at one picture; return what changed, or what is due to be compared again."""
        memory = self._memory((host_id, name))
        now = time.monotonic()
        digest = hashlib.blake2b(data, digest_size=16).digest()
        with_large = pace is Pace.PAGE
        made = memory.made.get(digest) or self._shared.get(digest)
        is_new = digest != memory.digest or _lacks_large(made, with_large)
        if made is None or _lacks_large(made, with_large) or self._is_read_due(made, memory, now):
            made = self._make(data, made, memory, with_large=with_large)
        _remember(memory.made, digest, made, MOST_REMEMBERED)
        with self._lock:
            _remember(self._shared, digest, made, MOST_SHARED)
        health = memory.health if made.health is None else made.health
        is_due = is_new or health != memory.health or now - memory.told_at >= RECHECK
        memory.digest, memory.health = digest, health
        if not is_due:
            return None
        memory.told_at = now
        version = self._keep((host_id, name), made) if is_new else ""
        return Seen(name, version, health, pace is not None)

    def looked(self, host_id: int, names: Sequence[str]) -> None:
        """Note that these were seen now; what Redis has lost is made anew at the next look."""
        for name in store.note_seen(host_id, names):
            memory = self._known.get((host_id, name))
            if memory is not None:
                memory.digest = b""

    def tell(self, host: Host, seen: Sequence[Seen]) -> None:
        """Write and announce."""
        tell(host, seen)

    def _memory(self, key: store.Key) -> _Memory:
        with self._lock:
            if len(self._known) > MOST_MACHINES:
                self._known.clear()
            return self._known.setdefault(key, _Memory())

    def _is_read_due(self, made: _Made, memory: _Memory, now: float) -> bool:
        return made.health is None and now - memory.read_at >= READ_EVERY

    def _make(self, data: bytes, made: _Made | None, memory: _Memory, *, with_large: bool) -> _Made:
        """Decode a picture, make it small and read it, as far as that was not done before."""
        now = time.monotonic()
        made = made or _Made(None)
        try:
            picture = open_picture(data)
        except BadPictureError:
            return _Made(None, "")
        if made.thumbs is None or _lacks_large(made, with_large):
            made.thumbs = thumbs_of(picture, with_large=with_large)
        if made.health is None and now - memory.read_at >= READ_EVERY:
            memory.read_at = now
            made.health = health_of(picture)
        return made

    def _keep(self, key: store.Key, made: _Made) -> str:
        if made.thumbs is None:
            return ""
        version = store.new_version(time.time())
        store.keep(key, version, made.thumbs)
        return version


def _lacks_large(made: _Made | None, with_large: bool) -> bool:
    return bool(with_large and made and made.thumbs and made.thumbs.large is None)


def _remember(kept: dict[bytes, _Made], digest: bytes, made: _Made, most: int) -> None:
    """Keep what was made of the newest few pictures."""
    kept.pop(digest, None)
    kept[digest] = made
    while len(kept) > most:
        del kept[next(iter(kept))]
