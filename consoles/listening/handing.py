"""What a text console says is handed to who reads it."""

from django.db import connections

from consoles.gateway.serial import Hear
from vms.above.serial_ears import heard


def hears(vm_id: int) -> Hear:
    """Return what lets the text console of a machine be read, in the thread that copies it."""

    def hear(tail: bytes, is_new: bool) -> None:
        try:
            heard(vm_id, tail, is_new)
        finally:
            connections.close_all()

    return hear
