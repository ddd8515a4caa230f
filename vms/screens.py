"""Can the screen of a machine be shown here, and if not, why? Pure: it looks at the row only.

The console gateway looks at the running domain again; this is what pages can know beforehand.
"""

import ipaddress
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hosts.models import Transport

from .models import VM

REASONS: dict[str, str | Promise] = {
    "no-display": _("This machine has no screen that can be shown here. Add a VNC display to it."),
    "no-spice": _("This machine has no SPICE display."),
    "display-loopback": _(
        "The screen of this machine listens only inside its host. Reach the host by SSH, or "
        "let the screen listen on an address of the host and protect it with a password."
    ),
    "display-local": _(
        "The screen of this machine can only be opened on its host itself. Give it a socket "
        "and reach the host by SSH."
    ),
}

# The card whose guest QEMU tells the size of the window by VNC; it refuses for all others.
RESIZABLE = frozenset({"virtio"})
NO_RESIZE = _(
    "The graphics card of this machine (%(model)s) has sizes of its own. With a virtio card the "
    "guest's screen can follow the window."
)

_HERE = frozenset({Transport.LOCAL, Transport.SESSION, Transport.TEST})


def why_no_screen(vm: VM, kind: str = "vnc") -> str:
    """Return the key of REASONS why the screen cannot be shown, or "" when it can."""
    display = next((one for one in vm.graphics if one.get("kind") == kind), None)
    if display is None:
        return "no-display" if kind == "vnc" else "no-spice"
    if vm.host.transport in _HERE:
        return ""
    listen = display.get("listen")
    if vm.host.transport == Transport.SSH:  # whose tunnel reaches sockets and loopback
        return "display-local" if listen == "none" else ""
    if listen in {"none", "socket"}:
        return "display-local"
    return "display-loopback" if _is_loopback(display) else ""


def why_no_resize(vm: VM) -> str:
    """Return in words why the guest's screen cannot follow the window, or "" when it may."""
    if not vm.video or vm.video[0]["model"] in RESIZABLE:
        return ""
    return str(NO_RESIZE % {"model": vm.video[0]["model"]})


def count_screens(vm: VM) -> int:
    """Return how many screens the machine's graphics cards have together, 1 where unknown."""
    return max(1, sum(int(card["heads"]) for card in vm.video))


def _is_loopback(display: dict[str, Any]) -> bool:
    address = display.get("address") or ""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
