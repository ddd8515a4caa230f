"""What does the browser say in an SSH console? Frames: a byte for the kind, two for the length.

Messages of the websocket cut the stream anywhere. SIGN_IN holds JSON and comes first and once,
ANSWERS a list in JSON for what the machine asks then; DATA is what is typed, SIZE columns and rows
of the terminal, two bytes each.
"""

import json
import struct
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from typing import Any

from consoles.closing import ConsoleClosed
from consoles.gateway.stream import BrowserBytes

SIGN_IN, DATA, SIZE, ANSWERS = 0, 1, 2, 3
HEAD = struct.Struct(">BH")
SIZES = struct.Struct(">HH")
MOST_CELLS = 1000  # columns, and rows
METHODS = ("password", "key", "agent")
MOST_ANSWER = 1024  # signs

Resize = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who wants to sign in, and by what. The secret is never shown or kept."""

    user: str
    method: str
    secret: str = field(repr=False)
    columns: int = 80
    rows: int = 24
    passphrase: str = field(default="", repr=False)  # of the key


def read_sign_in(browser: BrowserBytes) -> SignIn:
    """Wait for the first frame. Raises ConsoleClosed (protocol), EOFError, TimeoutError."""
    return _sign_in(_read(browser, SIGN_IN))


def read_answers(browser: BrowserBytes, count: int) -> list[str]:
    """Wait for answers to `count` prompts. Raises like `read_sign_in`.

    What else is typed meanwhile, or a window that changes its size, is passed over.
    """
    said = _read(browser, ANSWERS, passing={DATA, SIZE})
    if not isinstance(said, list) or len(said) != count:
        raise ConsoleClosed("protocol", "no answers")
    if not all(isinstance(one, str) and len(one) <= MOST_ANSWER for one in said):
        raise ConsoleClosed("protocol", "no answer")
    return said


def _read(browser: BrowserBytes, wanted: int, passing: Set[int] = frozenset()) -> Any:
    """Return the JSON of the next frame of a kind."""
    while True:
        kind, length = HEAD.unpack(browser.take(HEAD.size))
        content = browser.take(length)
        if kind == wanted:
            break
        if kind not in passing:
            raise ConsoleClosed("protocol", "another frame was due")
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ConsoleClosed("protocol", "no JSON") from error


def _sign_in(said: Any) -> SignIn:
    if not isinstance(said, dict):
        raise ConsoleClosed("protocol", "no sign-in")
    names = ("user", "method", "secret", "passphrase")
    user, method, secret, passphrase = (said.get(name, "") for name in names)
    columns, rows = said.get("columns", 80), said.get("rows", 24)
    if not isinstance(user, str) or not 1 <= len(user) <= 64 or not user.isprintable():
        raise ConsoleClosed("protocol", "no user")
    if method not in METHODS or not all(isinstance(one, str) for one in (secret, passphrase)):
        raise ConsoleClosed("protocol", "no secret")
    if not all(isinstance(one, int) for one in (columns, rows)):
        raise ConsoleClosed("protocol", "no size")
    return SignIn(user, method, secret, *_cells(columns, rows), passphrase)


class Frames:
    """Return what is typed, and hand on how large the terminal is."""

    def __init__(self, resize: Resize) -> None:
        self.drives = True
        self.typed = False
        self._resize = resize
        self._buffer = bytearray()

    def feed(self, data: bytes) -> bytes:
        """Return what goes to the machine. Raises ConsoleClosed (protocol)."""
        self._buffer += data
        typed = bytearray()
        while len(self._buffer) >= HEAD.size:
            kind, length = HEAD.unpack_from(self._buffer)
            if len(self._buffer) < HEAD.size + length:
                break
            content = bytes(self._buffer[HEAD.size : HEAD.size + length])
            del self._buffer[: HEAD.size + length]
            typed += self._take(kind, content)
        self.typed = self.typed or bool(typed)
        return bytes(typed)

    def _take(self, kind: int, content: bytes) -> bytes:
        if kind == DATA:
            return content if self.drives else b""
        if kind != SIZE or len(content) != SIZES.size:
            raise ConsoleClosed("protocol", "an unknown frame")
        self._resize(*_cells(*SIZES.unpack(content)))
        return b""


def _cells(columns: int, rows: int) -> tuple[int, int]:
    return min(max(columns, 1), MOST_CELLS), min(max(rows, 1), MOST_CELLS)
