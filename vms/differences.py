"""What of a machine is another from its next start on, beside its size? In words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from .models import VM

PARTS: dict[str, str | Promise] = {
    "disk": gettext_lazy("Disk %(name)s"),
    "medium": gettext_lazy("Medium in %(name)s"),
    "card": gettext_lazy("Network card %(name)s"),
    "display": gettext_lazy("%(name)s display"),
    "graphics": gettext_lazy("Graphics card"),
    "processor": gettext_lazy("Kind of processor"),
    "board": gettext_lazy("Machine type"),
    "firmware": gettext_lazy("Firmware"),
    "tpm": "TPM",
    "agent": gettext_lazy("Channel of the guest agent"),
    "device": gettext_lazy("Device of the host, %(name)s"),
    "folder": gettext_lazy("Shared folder %(name)s"),
}
CHANGES: dict[str, str | Promise] = {
    "added": gettext_lazy("%(part)s is added"),
    "removed": gettext_lazy("%(part)s is removed"),
    "changed": gettext_lazy("%(part)s changes"),
}


def words_of(vm: VM) -> list[str]:
    """Return a clause for each part that its definition has otherwise than what runs."""
    return [_words(one["part"], one["name"], one["change"]) for one in vm.differences]


def _words(part: str, name: str, change: str) -> str:
    shown = name.upper() if part == "display" else name
    thing = str(PARTS.get(part, "%(name)s")) % {"name": shown}
    return str(CHANGES[change]) % {"part": thing}
