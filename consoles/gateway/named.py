"""How is this gateway called?"""

import socket
from pathlib import Path

from django.conf import settings


def gateway_name() -> str:
    """Return a name for this gateway that is the same after a restart, and no other one's."""
    return name_of(settings.CONSOLE_SOCKET)


def name_of(path: Path) -> str:
    """Return the name of the gateway that listens at this socket of our machine."""
    return f"{socket.gethostname()}:{path}"[:200]
