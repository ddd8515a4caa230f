"""What does the probe's guest consist of: 512 bytes of code, assembled from ``probe_guest.S``."""

import base64

_CODE = base64.b64decode(
    "+jHAjtiOwI7QvAB85JIMAuaS/L8AEGYxwLkADGbzq8cGABADIMcGACADML8AMGa4gwAAALkQAGaJBYPHCGYFAAAg"
    "AOLyDwEWMH0PIMAMAQ8iwOpXfAgAZrgQAI7YjsCO0A8g4IPIIA8i4LgAEAAADyLYuYAAAMAPMg0AAQAADzAPIMAN"
    "AAAAgA8iwOqSfAAAGAC/AAAgAEiJP4HHABAAAIH/AADgAXLvvwAAIABIOT91MYHHABAAAIH/AADgAXLtuYDDyQH/"
    "yXX8vuZ8AABmuv0D7KggdPushMB05Ga6+APu6+v06/1ndWVzdGhvdXNlIHByb2JlOiBsb25nIG1vZGUgd29ya3MN"
    "CgBmDx9EAAAAAAAAAAAAAP//AAAAms8A//8AAACSzwD//wAAAJqvAB8AEH0="
)
SIGN = b"long mode works"
DISK_BYTES = 1024 * 1024


def disk() -> bytes:
    """Return the bootable disk image; it is padded, since firmware does not read a disk of one
    sector.
    """
    return (_CODE.ljust(510, b"\0") + b"\x55\xaa").ljust(DISK_BYTES, b"\0")
