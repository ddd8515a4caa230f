"""SPICE without a network: how a channel begins, and what passes while one watches."""

import struct

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from consoles.closing import ConsoleClosed
from consoles.spice import agent, link
from consoles.spice.eyes import Eyes
from consoles.spice.hands import Hands
from consoles.spice.link import Channel


def message(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HI", kind, len(body)) + body


def agent_message(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<IIQI", 1, kind, 0, len(body)) + body


KEY = struct.pack("<I", 0x1E)
RIGHT = struct.pack("<I", 0xE0 | 0x4D << 8)


class Side:
    """One side of a beginning: gives what it was told to say, and keeps what it hears."""

    def __init__(self, says: bytes) -> None:
        self.says = bytearray(says)
        self.heard = bytearray()

    def take(self, count: int) -> bytes:
        if len(self.says) < count:
            raise EOFError
        data = bytes(self.says[:count])
        del self.says[:count]
        return data

    def give(self, data: bytes) -> None:
        self.heard += data


def wish(connection: int = 0, channel: int = 1, number: int = 0, own: int = 0) -> bytes:
    body = link.MESSAGE.pack(connection, channel, number, 1, 1, 18) + struct.pack("<II", 0xF, own)
    head = link.HEAD.pack(b"REDQ", 2, 2, len(body))
    return head + body + struct.pack("<I", 1) + bytes(128)


@pytest.fixture(scope="module")
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 1024)


def answer(key: rsa.RSAPrivateKey, error: int = 0, common: int = 0xF) -> bytes:
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    body = link.REPLY.pack(error, public, 1, 0, link.REPLY.size) + struct.pack("<I", common)
    return link.HEAD.pack(b"REDQ", 2, 2, len(body)) + body + bytes(4)


def test_the_gateway_signs_in_and_the_browser_learns_no_password(
    private_key: rsa.RSAPrivateKey,
) -> None:
    browser, display = Side(wish(own=0xFFFF)), Side(answer(private_key))
    assert link.begin(browser, display, "pass1234", is_first=True) is Channel.MAIN
    sealed = bytes(display.heard[-128:])
    oaep = padding.OAEP(padding.MGF1(SHA1()), SHA1(), None)
    assert private_key.decrypt(sealed, oaep) == b"pass1234\0"
    said = link.MESSAGE.unpack_from(display.heard, 16)
    assert said[:5] == (0, 1, 0, 1, 1)
    own = struct.unpack_from("<I", display.heard, 16 + 18 + 4)[0]
    assert own == 1 << 2  # nothing that the page could not show
    assert b"pass1234" not in browser.heard
    assert bytes(browser.heard[-4:]) == bytes(4)


@pytest.mark.parametrize(
    ("says", "is_first"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", True),
        (wish(channel=5), False),  # sound
        (wish(channel=9, connection=7), False),  # USB
        (wish(channel=2, connection=7), True),  # not what this ticket is for
        (wish(channel=1), False),
        (wish(channel=3, connection=0), False),
        (wish(channel=2, connection=7, number=1), False),
        (link.HEAD.pack(b"REDQ", 2, 2, 1 << 30), True),
        (link.HEAD.pack(b"REDQ", 2, 2, 18) + link.MESSAGE.pack(0, 1, 0, 1 << 30, 1, 18), True),
    ],
)
def test_another_beginning_ends_the_console(says: bytes, is_first: bool) -> None:
    display = Side(b"")
    with pytest.raises(ConsoleClosed) as closed:
        link.begin(Side(says), display, "", is_first=is_first)
    assert closed.value.key == "protocol"
    assert not display.heard


def test_a_display_that_lies_is_given_up(private_key: rsa.RSAPrivateKey) -> None:
    for says, key in (
        (answer(private_key, error=7), "display-refused"),
        (answer(private_key, common=1), "display-unsupported"),
        (answer(private_key)[:-4] + b"\x07\0\0\0", "display-password"),
        (b"RFB 003.008\nxxxxxxxx", "display-unsupported"),
        (link.HEAD.pack(b"REDQ", 2, 2, 182) + link.REPLY.pack(0, b"x", 1, 0, 178) + bytes(4),
         "display-unsupported"),
    ):  # fmt: skip
        with pytest.raises(ConsoleClosed) as closed:
            link.begin(Side(wish()), Side(says), "", is_first=True)
        assert closed.value.key == key


def test_who_watches_reaches_the_guest_with_nothing() -> None:
    inputs = Hands(Channel.INPUTS, drives=False)
    sent = [message(101, KEY), message(102, KEY), message(111, bytes(11)), message(113, b"\1\1\0")]
    assert inputs.feed(b"".join(sent)) == b""
    assert inputs.feed(message(2)) == message(2)  # an acknowledgement
    main = Hands(Channel.MAIN, drives=False)
    grab = message(107, agent_message(agent.GRAB, bytes(4)))
    assert main.feed(message(105, bytes(2)) + grab) == b""
    assert not inputs.typed


def test_who_drives_types_and_what_is_pressed_is_let_go_when_hands_change() -> None:
    hands = Hands(Channel.INPUTS, drives=True)
    pressed = message(101, KEY) + message(101, RIGHT) + message(113, b"\1\1\0")
    halves = hands.feed(pressed[:7]) + hands.feed(pressed[7:])
    assert halves == pressed
    assert hands.typed
    hands.feed(message(102, struct.pack("<I", 0x9E)))
    hands.drives = False
    ups = hands.feed(b"")
    assert ups == message(102, struct.pack("<I", 0xE0 | 0xCD << 8)) + message(114, b"\1\0\0")
    assert hands.feed(message(101, KEY)) == b""


@pytest.mark.parametrize(
    ("channel", "sent"),
    [
        (Channel.CURSOR, message(101, bytes(4))),
        (Channel.MAIN, message(102)),  # migration
        (Channel.DISPLAY, message(201)),
        (Channel.INPUTS, struct.pack("<HI", 101, 1 << 30)),
        (Channel.MAIN, message(107, b"short")),
        (Channel.MAIN, message(107, agent_message(agent.GRAB) + b"more than it said")),
    ],
)
def test_what_nobody_knows_ends_the_console(channel: Channel, sent: bytes) -> None:
    with pytest.raises(ConsoleClosed) as closed:
        Hands(channel, drives=True).feed(sent)
    assert closed.value.key == "protocol"


def test_the_clipboard_is_the_drivers_both_ways_and_has_a_limit() -> None:
    drives = True
    eyes = Eyes(lambda: drives)
    text = agent_message(agent.CLIPBOARD, b"\1\0\0\0" + b"secret" * 1000)
    pieces = [message(109, text[at : at + 2048]) for at in range(0, len(text), 2048)]
    assert eyes.feed(pieces[0]) == pieces[0]
    drives = False
    assert eyes.feed(b"".join(pieces[1:])) == b"".join(pieces[1:])  # begun, so it ends
    assert eyes.feed(b"".join(pieces)) == b""
    caps = message(109, agent_message(agent.ANNOUNCE, bytes(8)))
    assert eyes.feed(caps) == caps
    drives = True
    huge = message(109, struct.pack("<IIQI", 1, agent.CLIPBOARD, 0, agent.MOST_CLIPBOARD + 1))
    assert eyes.feed(huge) == b""
    hands = Hands(Channel.MAIN, drives=True)
    grab = message(107, agent_message(agent.GRAB, b"\1\0\0\0"))
    assert hands.feed(grab) == grab
    file = message(107, agent_message(10, b"x"))
    assert hands.feed(file) == b""  # files have a right of their own
    assert hands.feed(huge.replace(b"\x6d", b"\x6b", 1)) == b""


def test_channels_that_a_console_does_not_have_are_not_named() -> None:
    listed = [(1, 0), (2, 0), (2, 1), (3, 0), (4, 0), (5, 0), (9, 0)]
    body = struct.pack("<I", len(listed)) + b"".join(bytes(pair) for pair in listed)
    told = Eyes(lambda: False).feed(message(104, body))
    assert told == message(104, struct.pack("<I", 3) + bytes((2, 0, 3, 0, 4, 0)))
    with pytest.raises(ConsoleClosed):
        Eyes(lambda: False).feed(message(104, struct.pack("<I", 1 << 30)))
