"""What is a check's line: how it stands, what was found, and what to do about it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TITLES: dict[str, str | Promise] = {
    "start-pool": _("Start the pool"),
    "autostart-pool": _("Start it with the host"),
    "start-network": _("Start the network"),
    "autostart-network": _("Start it with the host"),
    "make-pool": _("Make the pool"),
    "check": _("Check again"),
}


@dataclass(frozen=True, slots=True)
class Fix:
    """Something that libvirt can do about it, at a click: see `services.fixing`."""

    action: str
    name: str = ""

    @property
    def title(self) -> str | Promise:
        """What the button says."""
        return TITLES[self.action]


@dataclass(frozen=True, slots=True)
class Readiness:
    """One line: state is ok, warn, fail or skip; `value` is what was found.

    `fix` is what Guesthouse does about it, `command` what a person runs on the host.
    """

    state: str
    title: str
    value: str = ""
    fix: Fix | None = None
    command: str = ""
