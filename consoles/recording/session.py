"""A terminal of one's own into a cast: what it shows is handed over, with its sizes."""

from recordings.models import Recording

from .casting import CastTake, Size


class SessionTake(CastTake):
    """One session, from now on; it begins with the terminal as large as it is."""

    def __init__(self, recording: Recording, most: int, size: Size) -> None:
        super().__init__(recording, most)
        self._size = size
        self._is_shut = False

    def hear(self, data: bytes, *, may_miss: bool) -> bool:
        """Take what is shown; say False when it is not kept, as yet or for good."""
        with self._news:
            if self._is_shut or not self.began.is_set():
                return False
            return (may_miss or self._has_room(data)) and self._take_in(data)

    def resized(self, columns: int, rows: int) -> None:
        """Take note of another size."""
        with self._news:
            if self._is_shut or (columns, rows) == self._size:
                return
            self._size = columns, rows
            if self._heard and isinstance(self._heard[-1][1], tuple):
                self._heard.pop()  # nobody has seen that size
            self._heard.append((self._now() if self.began.is_set() else 0.0, self._size))
            self._news.notify()

    def sees(self, host_id: int) -> bool:
        """Say whether what is shown is recorded, wherever the machine is."""
        return self.began.is_set() and not self._is_shut

    def _write_file(self) -> None:
        self._cast = self._open_cast(*self._size)
        try:
            with self._writing():
                self._cast.flush()
            self._began()
            while not self._over.is_set():
                self._write()
        finally:
            with self._news:
                self._is_shut = True
            try:
                self._write()
            finally:
                self._cast.close()
