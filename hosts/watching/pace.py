"""How often are samples taken: two seconds while somebody watches, else ten."""

from django.conf import settings

from live.presence import is_anybody_watching


class Pace:
    """The interval shared by all hosts of this process."""

    def __init__(self) -> None:
        self.interval = float(settings.WATCH_INTERVAL)

    def look(self) -> bool:
        """Ask Redis whether a page is open; return whether the pace just became faster."""
        before = self.interval
        is_watched = is_anybody_watching()
        self.interval = float(
            settings.WATCH_INTERVAL_ACTIVE if is_watched else settings.WATCH_INTERVAL
        )
        return self.interval < before
