"""Which recording holds what a console shows?

A SPICE screen is recorded at the machine's VNC display: with one screen both show the same. With
several, VNC shows whichever was chosen there last.
"""

from django.utils.translation import gettext as _

from recordings.models import Kind
from recordings.policy import is_required
from vms.models import VM
from vms.screens import count_screens, why_no_screen

SPICE = frozenset({"spice", "channel"})


def recorded_as(vm: VM, kind: str) -> str:
    """Return the kind of recording that holds this kind of console, "" where none does."""
    if kind not in SPICE:
        return kind if kind in Kind.values else ""
    is_same = count_screens(vm) == 1 and not why_no_screen(vm, "vnc")
    return str(Kind.SCREEN) if is_same else ""


def why_not_recorded(vm: VM, kind: str) -> str:
    """Return why a console that the rules want recorded cannot be, "" where it may open."""
    if recorded_as(vm, kind) or not is_required(vm):
        return ""
    if kind in SPICE:
        return _(
            "The rules here require that consoles are recorded. A SPICE screen is recorded only "
            "where the machine has one screen and shows it by VNC too. Open the VNC screen or the "
            "text console."
        )
    return _(
        "The rules here require that consoles are recorded, which this one is not. Open the screen "
        "or the text console."
    )
