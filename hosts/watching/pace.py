"""How often are samples taken: two seconds while somebody watches, else ten. Are screens seen?"""

from django.conf import settings

from live.looking import is_anybody_looking
from live.near import near_hosts
from live.presence import is_anybody_watching


class Pace:
    """The interval shared by all hosts of this process."""

    def __init__(self) -> None:
        self.interval = float(settings.WATCH_INTERVAL)
        self.is_looked_at = False
        self.near: frozenset[int] = frozenset()  # hosts whose pages are open

    def look(self) -> bool:
        """Ask Redis whether a page is open; return whether there is more to do from now on."""
        before = self.interval, self.is_looked_at, self.near
        is_watched = is_anybody_watching()
        self.interval = float(
            settings.WATCH_INTERVAL_ACTIVE if is_watched else settings.WATCH_INTERVAL
        )
        self.is_looked_at = is_anybody_looking()
        self.near = near_hosts() if is_watched else frozenset()
        is_faster = self.interval < before[0] or self.is_looked_at > before[1]
        return is_faster or bool(self.near - before[2])
