"""What becomes of what machines write on their text consoles?

The gateway hands on what it shows to people, and what it listens to by the wish of who may change
a machine. libvirt gives a serial console to one program only, so nothing is opened unasked.
"""

import logging
import threading
import time
from collections import OrderedDict

from django.db import Error

from screens.health import FAILED
from screens.reading.serial import meaning_of_serial
from screens.telling import tell_heard

RECHECK = 60.0  # seconds after which the same is told again, so that it stays known
MOST_MACHINES = 2000

log = logging.getLogger(__name__)


class Hearing:
    """Hears the machines whose text consoles this gateway has open."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: OrderedDict[int, tuple[str, float]] = OrderedDict()

    def hear(self, vm_id: int, tail: bytes, is_new: bool = True) -> None:
        """Read the end of a line; write and announce what it says, if that is new.

        A failure that is only still there was told when it came: the machine may have started anew
        without a word on its line.
        """
        health, now = meaning_of_serial(tail), time.monotonic()
        if not is_new and health in FAILED:
            return
        with self._lock:
            before, told_at = self._told.get(vm_id, ("", -RECHECK))
            if health == before and (not health or now - told_at < RECHECK):
                return
            self._told[vm_id] = (health, now)
            self._told.move_to_end(vm_id)
            while len(self._told) > MOST_MACHINES:
                self._told.popitem(last=False)
        try:
            tell_heard(vm_id, health)
        except Error as error:  # the console itself goes on
            log.warning("what a text console says is not noted: %s", type(error).__name__)
