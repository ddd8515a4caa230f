"""What may a screen show, how is it called and drawn, and which of it needs a look? Pure.

"" stands for "not sure", which is never shown as anything.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_Words = str | Promise


class Health(StrEnum):
    """What a screen shows."""

    PANIC = "panic"
    STOP_ERROR = "stop_error"
    STOP_LOOK = "stop_look"  # drawn like one, and no word of it could be read
    BOOT_FAILED = "boot_failed"
    RESCUE = "rescue"
    BOOT_MENU = "boot_menu"
    NO_DISK = "no_disk"
    PASSPHRASE = "passphrase"
    STUCK = "stuck"  # a boot loader's last words, which stand for minutes
    UEFI_SHELL = "uefi_shell"
    INSTALLER = "installer"
    STARTING = "starting"
    NETWORK_BOOT = "network_boot"
    MEMORY_TEST = "memory_test"
    DESKTOP = "desktop"
    SHELL = "shell"
    LOGIN = "login"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Look:
    """How a tag is drawn. `is_timed`: for how long it has been so matters."""

    word: _Words
    icon: str
    tone: str = ""
    is_timed: bool = False


LOOKS: Final[dict[str, Look]] = {
    Health.PANIC: Look(_("Kernel panic"), "alert-triangle", "brick", True),
    Health.STOP_ERROR: Look(_("Stop error"), "alert-triangle", "brick", True),
    Health.STOP_LOOK: Look(_("Probably a stop error"), "alert-triangle", "amber", True),
    Health.BOOT_FAILED: Look(_("Start failed"), "alert-triangle", "brick", True),
    Health.RESCUE: Look(_("Rescue shell"), "alert-triangle", "brick", True),
    Health.BOOT_MENU: Look(_("Boot menu"), "hourglass", "amber", True),
    Health.NO_DISK: Look(_("No boot disk"), "hourglass", "amber", True),
    Health.PASSPHRASE: Look(_("Asks for a passphrase"), "lock", "amber", True),
    Health.STUCK: Look(_("Start stands still"), "hourglass", "amber", True),
    Health.UEFI_SHELL: Look(_("UEFI shell"), "hourglass", "amber", True),
    Health.INSTALLER: Look(_("Installer"), "download", "iris"),
    Health.STARTING: Look(_("Starting"), "loader-2", "iris"),
    Health.NETWORK_BOOT: Look(_("Network boot"), "download", "iris"),
    Health.MEMORY_TEST: Look(_("Memory test"), "cpu-2", "iris"),
    Health.DESKTOP: Look(_("Desktop"), "device-desktop"),
    Health.SHELL: Look(_("Shell in use"), "terminal-2"),
    Health.LOGIN: Look(_("Login prompt"), "key"),
    Health.BLANK: Look(_("Blank"), "zzz", "", True),
}


_BY_LOOKS: Final = _("Recognised by the look of its screen.")
_BY_WORDS: Final = _("Read from the words on its screen.")
_HEARD: Final = _("Read from what it wrote on its text console.")
_BASES: Final[dict[str, _Words]] = {
    Health.DESKTOP: _BY_LOOKS,
    Health.BLANK: _BY_LOOKS,
    Health.STUCK: _(
        "The last words of its firmware or boot loader have stood on its screen for minutes. A "
        "guest that goes on at its text console only looks the same."
    ),
    Health.STOP_LOOK: _(
        "Drawn as stop errors of Windows and VMware are, on one plain colour. Its words could not "
        "be read, so it may be something else."
    ),
}


def basis_of(health: str, source: str) -> _Words:
    """Return what we know it from, for people who doubt it."""
    return _HEARD if source == "serial" else _BASES.get(health, _BY_WORDS)


@dataclass(frozen=True, slots=True)
class Group:
    """Some kinds of screens that people look for together."""

    key: str
    word: _Words
    tone: str
    members: tuple[Health, ...]


GROUPS: Final = (
    Group(
        "failed",
        _("Failed"),
        "brick",
        (
            Health.PANIC,
            Health.STOP_ERROR,
            Health.BOOT_FAILED,
            Health.RESCUE,
            Health.STOP_LOOK,
        ),
    ),
    Group(
        "waiting",
        _("Waiting"),
        "amber",
        (
            Health.PASSPHRASE,
            Health.BOOT_MENU,
            Health.NO_DISK,
            Health.STUCK,
            Health.UEFI_SHELL,
        ),
    ),
    Group(
        "setup",
        _("Setting up"),
        "iris",
        (Health.INSTALLER, Health.STARTING, Health.NETWORK_BOOT, Health.MEMORY_TEST),
    ),
    Group("desktop", _("Desktop"), "slate", (Health.DESKTOP,)),
    Group("shell", _("Shell in use"), "slate", (Health.SHELL,)),
    Group("login", _("Login prompt"), "slate", (Health.LOGIN,)),
    Group("blank", _("Blank"), "slate", (Health.BLANK,)),
)
FAILED: Final = GROUPS[0].members
# Kinds in the order in which they need a look.
ORDER: Final = tuple(one for group in GROUPS for one in group.members)


def find_group(key: str) -> Group | None:
    """Return a group by its key."""
    return next((group for group in GROUPS if group.key == key), None)
