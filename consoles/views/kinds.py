"""Which kinds of consoles a machine has, and does its clipboard go by the one that is shown?"""

from typing import Any

from django.utils.translation import gettext as _

from consoles.closing import CLOSINGS
from consoles.models import PRIVATE, RDP, SSH
from consoles.recording.kinds import why_not_recorded
from consoles.services import why_no_way
from vms.models import VM
from vms.screens import REASONS, why_no_screen


def kinds_context(vm: VM, kind: str) -> dict[str, Any]:
    """Return what the tabs and the clipboard's button are drawn from."""
    has_spice = any(one.get("kind") == "spice" for one in vm.graphics)
    no_spice = REASONS.get(why_no_screen(vm, "spice"), "") or why_not_recorded(vm, "spice")
    return {
        "kind": kind,
        "is_private": kind in PRIVATE,
        "has_spice": has_spice and not no_spice,
        "no_spice": no_spice if has_spice else "",
        **_why_not_entered(vm),
        "clipboard_blocked": why_no_clipboard(vm, kind),
    }


def _why_not_entered(vm: VM) -> dict[str, str]:
    """Return in words why nobody can sign in to the machine, "" where they may."""
    key = why_no_way(vm)
    words = str(CLOSINGS[key].words) if key else ""
    return {f"no_{kind}": words or why_not_recorded(vm, kind) for kind in (SSH, RDP)}


def why_no_clipboard(vm: VM, kind: str) -> str:
    """Return why no text can be exchanged with the guest by this kind of screen, "" if it can."""
    if kind == RDP:
        return ""
    if not vm.clipboard:
        return _(
            "This machine has no channel for the clipboard. It is chosen when a machine is made."
        )
    if vm.clipboard != kind:
        return _("The clipboard of this machine goes by its %(kind)s screen.") % {
            "kind": vm.clipboard.upper()
        }
    if not vm.clipboard_connected:
        return _(
            "No clipboard program answers in the guest. Install and start spice-vdagent there."
        )
    return ""
