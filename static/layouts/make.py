"""Make the tables of keyboard layouts: which strokes give a sign in a guest with that layout.

Run by hand where `xkbcli` (Debian: libxkbcommon-tools, xkb-data) and keysymdef.h (x11proto-dev)
are installed: `python static/layouts/make.py`. A stroke is the `code` of a key as the DOM names it,
with "s+" for Shift, "g+" for AltGr and "sg+" for both. A sign behind a dead key has two strokes.
"""

import json
import re
import subprocess
import unicodedata
from pathlib import Path

LAYOUTS = {
    "us": "us", "gb": "gb", "de": "de", "fr": "fr", "es": "es", "ch": "ch", "ch-fr": "ch(fr)",
    "it": "it", "se": "se", "pl": "pl",
}  # fmt: skip
KEYSYMS = Path("/usr/include/X11/keysymdef.h")
HERE = Path(__file__).parent

CODES = {"TLDE": "Backquote", "LSGT": "IntlBackslash", "BKSL": "Backslash", "SPCE": "Space"}
CODES |= {
    f"AE{n:02}": code
    for n, code in enumerate([*(f"Digit{d}" for d in "1234567890"), "Minus", "Equal"], 1)
}
for row, letters, rest in (
    ("AD", "QWERTYUIOP", ["BracketLeft", "BracketRight"]),
    ("AC", "ASDFGHJKL", ["Semicolon", "Quote"]),
    ("AB", "ZXCVBNM", ["Comma", "Period", "Slash"]),
):
    codes = [*(f"Key{letter}" for letter in letters), *rest]
    CODES |= {f"{row}{n:02}": code for n, code in enumerate(codes, 1)}

PREFIXES = ["", "s+", "g+", "sg+"]
DEAD = {
    "dead_grave": ("`", "\u0300"), "dead_acute": ("´", "\u0301"),
    "dead_circumflex": ("^", "\u0302"), "dead_tilde": ("~", "\u0303"),
    "dead_diaeresis": ("¨", "\u0308"), "dead_cedilla": ("¸", "\u0327"),
}  # fmt: skip
# Where X reaches a sign in a way that consoles and Windows do not know.
FIXED = {"fr": {"~": "g+Digit2"}}
LETTERS = "aeiouyncsAEIOUYNCS"


def signs() -> dict[str, str]:
    """Return the sign of each keysym's name."""
    found = {}
    pattern = re.compile(r"#define XK_(\w+)\s+0x[0-9a-f]+\s*/\*[ (]*U\+([0-9A-F]{4,6})")
    for name, point in pattern.findall(KEYSYMS.read_text()):
        found.setdefault(name, chr(int(point, 16)))
    return found


def strokes(layout: str, known: dict[str, str]) -> dict[str, str]:
    """Return the strokes for each sign of a layout, the easiest ones."""
    name, _, variant = layout.partition("(")
    command = ["xkbcli", "compile-keymap", "--layout", name, "--variant", variant.rstrip(")")]
    keymap = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    direct: dict[str, str] = {}
    dead: dict[str, str] = {}
    for level in range(4):
        for key, names in re.findall(r"key <(\w+)>\s*\{[^}]*?[^p]\[\s([^\]]*)\]", keymap):
            symbols = [symbol.strip() for symbol in names.split(",")]
            if key not in CODES or level >= len(symbols):
                continue
            symbol, stroke = symbols[level], PREFIXES[level] + CODES[key]
            if symbol in DEAD:
                dead.setdefault(symbol, stroke)
            elif sign := _sign(symbol, known):
                direct.setdefault(sign, stroke)
    behind = {}
    for symbol, stroke in dead.items():
        alone, mark = DEAD[symbol]
        behind[alone] = f"{stroke} Space"
        for letter in LETTERS:
            whole = unicodedata.normalize("NFC", letter + mark)
            if len(whole) == 1 and letter in direct:
                behind[whole] = f"{stroke} {direct[letter]}"
    return behind | direct | FIXED.get(layout, {})


def _sign(symbol: str, known: dict[str, str]) -> str:
    if re.fullmatch(r"U[0-9A-F]{4,6}", symbol):
        return chr(int(symbol[1:], 16))
    return known.get(symbol, symbol if len(symbol) == 1 else "")


def main() -> None:
    """Write one file for each layout."""
    known = signs()
    for slug, layout in LAYOUTS.items():
        table = strokes(layout, known) | {"\n": "Enter", "\t": "Tab"}
        text = json.dumps(dict(sorted(table.items())), ensure_ascii=False, indent=0)
        (HERE / f"{slug}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
