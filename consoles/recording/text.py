"""A text console into a cast. The line is listened to by one thread and written by another."""

import select
import socket
import threading
from collections.abc import Callable

from consoles.closing import ConsoleClosed
from recordings.models import Recording

from .casting import TICK_SECONDS, CastTake

BLOCK = 16 * 1024


class TextTake(CastTake):
    """One text console. `connect` gives a socket that says what the guest writes from now on."""

    def __init__(
        self, recording: Recording, most: int, connect: Callable[[], socket.socket]
    ) -> None:
        super().__init__(recording, most)
        self._connect = connect

    def _write_file(self) -> None:
        self._cast = self._open_cast()
        listener = threading.Thread(target=self._listen, name="recording-in", daemon=True)
        listener.start()
        try:
            while not self._over.is_set():
                self._write()
            listener.join(TICK_SECONDS * 2)
            self._write()
        finally:
            self._over.set()
            self._cast.close()

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                line = self._connect()
            except ConsoleClosed:
                self._went_away()
                continue
            self._began()
            self._came_back()
            with line:
                self._hear(line)
            self._went_away()

    def _hear(self, line: socket.socket) -> None:
        try:
            while not self._over.is_set():
                if not select.select([line], [], [], TICK_SECONDS)[0]:
                    continue
                data = line.recv(BLOCK)
                if not data:
                    return
                self._take_in(data)
        except OSError:
            return
