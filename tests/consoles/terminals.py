"""A browser's end of an SSH console without a browser."""

import json
import struct
import time
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from consoles.ssh.frames import ANSWERS, DATA, HEAD, SIGN_IN, SIZE

from .conftest import ask, connect
from .raw import RawBrowser
from .ssh_shells import PASSWORD


def frame(kind: int, content: bytes) -> bytes:
    return HEAD.pack(kind, len(content)) + content


def knock(gateway: Any, client: Any, vm: Any, **wish: Any) -> Any:
    """Ask for a ticket, connect, and say who signs in."""
    answer = ask(client, vm, kind="ssh").json()
    console = connect(gateway.path, client, answer["ticket"])
    wish = {"user": "root", "method": "password", "secret": PASSWORD} | wish
    console.send(frame(SIGN_IN, json.dumps(wish).encode()))
    return console


def raw_sign_in(gateway: Any, client: Any, vm: Any) -> RawBrowser:
    """Sign in with a browser that reads when it likes."""
    console = RawBrowser(gateway.path, client, ask(client, vm, kind="ssh").json()["ticket"])
    wish = {"user": "root", "method": "password", "secret": PASSWORD}
    console.say(frame(SIGN_IN, json.dumps(wish).encode()))
    return console


def enter(gateway: Any, client: Any, vm: Any, **wish: Any) -> tuple[Any, dict[str, Any]]:
    """Sign in and return the console and what is said about it."""
    console = knock(gateway, client, vm, **wish)
    return console, json.loads(console.recv(30))


def asked(console: Any) -> dict[str, Any]:
    """Return what the machine asks."""
    said: dict[str, Any] = json.loads(console.recv(30))["ask"]
    return said


def answer(console: Any, *answers: str) -> None:
    console.send(frame(ANSWERS, json.dumps(answers).encode()))


def type_in(console: Any, text: str) -> None:
    console.send(frame(DATA, text.encode()))


def resize(console: Any, columns: int, rows: int) -> None:
    console.send(frame(SIZE, struct.pack(">HH", columns, rows)))


def said(console: Any, words: str, timeout: float = 20) -> str:
    """Wait until the terminal says something, and return all it said."""
    text, deadline = "", time.monotonic() + timeout
    while words not in text and time.monotonic() < deadline:
        try:
            text += console.recv(1).decode(errors="replace")
        except TimeoutError:
            continue
    assert words in text
    return text


def ending(console: Any) -> str:
    """Return the reason with which a console is closed."""
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            console.recv(30)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.reason
