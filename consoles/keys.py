"""Which key combinations does the keys menu offer?

Each key is its keysym (X11) and its place on the keyboard (the DOM's `code`), so that guests that
read scancodes and guests that read symbols both understand.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vms.models import VM
from vms.screens import count_screens, why_no_resize

CTRL, ALT, SUPER = "65507:ControlLeft", "65513:AltLeft", "65515:MetaLeft"


@dataclass(frozen=True, slots=True)
class Combination:
    """A line of the menu: what it is called, and its keys in the order they go down."""

    label: str | Promise
    keys: str


def _function_key(number: int) -> str:
    return f"{0xFFBD + number}:F{number}"


KEY_GROUPS: list[list[Combination]] = [
    [
        Combination("Ctrl Alt Del", f"{CTRL} {ALT} 65535:Delete"),
        Combination(_("Ctrl Alt Backspace"), f"{CTRL} {ALT} 65288:Backspace"),
        Combination("Alt Tab", f"{ALT} 65289:Tab"),
        Combination("Alt F4", f"{ALT} {_function_key(4)}"),
        Combination("Ctrl Esc", f"{CTRL} 65307:Escape"),
        Combination(_("Super (Windows)"), SUPER),
        Combination("Esc", "65307:Escape"),
        Combination("Tab", "65289:Tab"),
        Combination(_("Print screen"), "65377:PrintScreen"),
        Combination("Alt SysRq", f"{ALT} 65301:PrintScreen"),
    ],
    [
        Combination(f"Ctrl Alt F{number}", f"{CTRL} {ALT} {_function_key(number)}")
        for number in range(1, 13)
    ],
]
STICKY = [("Ctrl", CTRL), ("Alt", ALT), ("Super", SUPER), ("Shift", "65505:ShiftLeft")]
SINGLE: list[Combination] = [
    Combination("Esc", "65307:Escape"),
    Combination("Tab", "65289:Tab"),
    Combination("←", "65361:ArrowLeft"),
    Combination("↓", "65364:ArrowDown"),
    Combination("↑", "65362:ArrowUp"),
    Combination("→", "65363:ArrowRight"),
]
MORE: list[Combination] = [
    Combination("Home", "65360:Home"),
    Combination("End", "65367:End"),
    Combination("PgUp", "65365:PageUp"),
    Combination("PgDn", "65366:PageDown"),
    Combination("Ins", "65379:Insert"),
    Combination("Del", "65535:Delete"),
    *(Combination(f"F{number}", _function_key(number)) for number in range(1, 13)),
]

# Of a text console: what it sends, or a name that the page knows, and the label.
TEXT: list[tuple[str, str]] = [
    ("left", "←"),
    ("down", "↓"),
    ("up", "↑"),
    ("right", "→"),
    ("|", "|"),
    ("~", "~"),
    ("/", "/"),
    ("-", "-"),
    ("home", "Home"),
    ("end", "End"),
    ("pageup", "PgUp"),
    ("pagedown", "PgDn"),
]

MOST_SCREENS = 9  # as there are digits


def screen_keys(count: int) -> list[Combination]:
    """Return the keys by which QEMU shows each of a machine's screens; none where there is one.

    VNC has one screen. QEMU takes Ctrl, Alt and a digit for itself and shows that screen instead.
    """
    if count < 2:
        return []
    return [
        Combination(
            format_lazy(_("Screen {number}"), number=number),
            f"{CTRL} {ALT} {0x30 + number}:Digit{number}",
        )
        for number in range(1, min(count, MOST_SCREENS) + 1)
    ]


def keys_context(vm: VM) -> dict[str, Any]:
    """Return what the menus and the keys below the screen are drawn from."""
    return {
        "screens": screen_keys(count_screens(vm)),
        "no_resize": why_no_resize(vm),
        "key_groups": KEY_GROUPS,
        "sticky_keys": STICKY,
        "single_keys": SINGLE,
        "more_keys": MORE,
        "text_keys": TEXT,
    }
