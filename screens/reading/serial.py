"""What does the end of a serial line say? The words of a screen, without the art of terminals."""

import re
from typing import Final

from screens.reading.cells import Text
from screens.reading.words import meaning_of

MOST_LINES = 40  # that count as what stands there now
COLUMNS = 80
# Colours, cursor moves, titles; what remains is text.
_ESCAPES: Final = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|[ -/]*[0-~])")
_CLEARED: Final = re.compile(r"\x1b(\[2J|\[H\x1b\[0?J|c)")
# With these a machine begins anew, whatever it wrote before.
_ANEW: Final = re.compile(
    r"^(SeaBIOS \(|UEFI firmware|BdsDxe: loading|\[ +0\.000000\] Linux version|Booting from ROM)"
)


def text_of(tail: bytes) -> Text:
    """Return what stands at the end of a serial line."""
    words = _CLEARED.split(tail.decode("utf-8", "replace"))[-1]
    plain = _ESCAPES.sub("", words).replace("\r\n", "\n")
    lines = [_overwritten(line) for line in plain.split("\n")]
    begins = max((number for number, line in enumerate(lines) if _ANEW.match(line)), default=0)
    return Text(tuple(lines[begins:][-MOST_LINES:]), COLUMNS)


def _overwritten(line: str) -> str:
    """Return what is left of a line after returns and backspaces, without other control signs."""
    line = line.rsplit("\r", 1)[-1]
    while (cut := re.sub(r"[^\x08]\x08", "", line)) != line:
        line = cut
    return "".join(sign for sign in line if sign.isprintable())


def meaning_of_serial(tail: bytes) -> str:
    """Return what a machine says on its serial line, or "" when that is not sure."""
    return meaning_of(text_of(tail))
