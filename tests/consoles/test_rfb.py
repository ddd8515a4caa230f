"""The display protocol: what passes in view-only mode, and how a password is proved."""

import random
import struct

import pytest

from consoles.closing import ConsoleClosed
from consoles.rfb import handshake
from consoles.rfb.hands import Hands
from consoles.rfb.messages import CLIPBOARD, EXTENDED_BUTTONS, MOST_TEXT
from consoles.rfb.password import answer

PIXELS = struct.pack(">B3x16s", 0, bytes(range(16)))
ENCODINGS = struct.pack(">BxH3i", 2, 3, 7, -223, 16)
UPDATE = struct.pack(">BB4H", 3, 1, 0, 0, 1024, 768)
CONTINUOUS = struct.pack(">BB4H", 150, 1, 0, 0, 1024, 768)
FENCE = struct.pack(">B3xIB5s", 248, 1, 5, b"\x04\x05\x04\x05\x04")
HARMLESS = [PIXELS, ENCODINGS, UPDATE, CONTINUOUS, FENCE]

KEY = struct.pack(">BBHI", 4, 1, 0, 0x61)
POINTER = struct.pack(">BBHH", 5, 1, 100, 100)
TEXT = struct.pack(">B3xI", 6, 5) + b"\x04\x04\x04\x04\x04"
EXTENDED_TEXT = struct.pack(">B3xi", 6, -9) + b"\x05" * 9
SCANCODE = struct.pack(">BBHII", 255, 0, 1, 0x61, 0x1E)
SOUND_ON = struct.pack(">BBH", 255, 1, 0)
SOUND_FORMAT = struct.pack(">BBHBBI", 255, 1, 2, 3, 2, 44100)
POWER = struct.pack(">BBBB", 250, 0, 1, 2)
RESIZE = struct.pack(">BxHHBx", 251, 800, 600, 1) + bytes(16)
INPUT = [KEY, POINTER, TEXT, EXTENDED_TEXT, SCANCODE, SOUND_ON, SOUND_FORMAT, POWER, RESIZE]


@pytest.mark.parametrize("message", HARMLESS, ids=lambda m: str(m[0]))
def test_messages_about_the_picture_pass(message):
    assert Hands(drives=False).feed(message) == message


@pytest.mark.parametrize("message", INPUT, ids=lambda m: m[:4].hex())
def test_input_is_dropped_and_the_next_message_passes(message):
    assert Hands(drives=False).feed(message + UPDATE) == UPDATE


def test_any_split_of_a_mixed_stream_gives_the_same():
    dice = random.Random(7)
    messages = [dice.choice(HARMLESS + INPUT) for _ in range(400)]
    wanted = b"".join(message for message in messages if message in HARMLESS)
    stream = b"".join(messages)
    for most in (1, 2, 7, 64, 1500):
        sieve, passed, at = Hands(drives=False), b"", 0
        while at < len(stream):
            step = dice.randint(1, most)
            passed += sieve.feed(stream[at : at + step])
            at += step
        assert passed == wanted


def test_nothing_of_a_long_text_is_kept_in_memory():
    sieve = Hands(drives=False)
    sieve.feed(struct.pack(">B3xI", 6, MOST_TEXT))
    for _ in range(MOST_TEXT // 65536):
        assert sieve.feed(b"\x04" * 65536) == b""
        assert len(sieve._buffer) == 0
    assert sieve.feed(UPDATE) == UPDATE


def test_input_passes_while_one_drives():
    assert Hands(drives=True).feed(b"".join(INPUT) + UPDATE) == b"".join(INPUT) + UPDATE


def test_a_long_text_of_the_driver_passes_piece_by_piece():
    hands, head = Hands(drives=True), struct.pack(">B3xI", 6, MOST_TEXT)
    assert hands.feed(head) == head
    for _ in range(MOST_TEXT // 65536):
        assert hands.feed(b"\x04" * 65536) == b"\x04" * 65536
        assert len(hands._buffer) == 0
    assert hands.feed(KEY) == KEY


def test_hands_change_between_messages_and_what_is_pressed_is_let_go():
    hands = Hands(drives=True)
    assert hands.feed(KEY + SCANCODE + POINTER[:3]) == KEY + SCANCODE
    hands.drives = False
    key_up = struct.pack(">BBHI", 4, 0, 0, 0x61)
    scancode_up = struct.pack(">BBHII", 255, 0, 0, 0x61, 0x1E)
    assert hands.feed(POINTER[3:] + UPDATE) == key_up + scancode_up + UPDATE
    assert hands.feed(KEY) == b""
    hands.drives = True
    assert hands.feed(KEY) == KEY


def test_pressing_is_noted_and_moving_is_not():
    hands = Hands(drives=True)
    hands.feed(UPDATE + struct.pack(">BBHH", 5, 0, 10, 10))
    assert not hands.typed
    hands.feed(struct.pack(">BBxxI", 4, 1, 0x61))
    assert hands.typed


def test_what_was_let_go_by_hand_is_not_let_go_again():
    hands = Hands(drives=True)
    hands.feed(KEY + struct.pack(">BBHI", 4, 0, 0, 0x61))
    hands.drives = False
    assert hands.feed(b"") == b""


def test_a_text_begun_by_the_driver_is_finished_before_keys_are_let_go():
    hands = Hands(drives=True)
    assert hands.feed(KEY + TEXT[:10]) == KEY + TEXT[:10]
    hands.drives = False
    assert hands.feed(TEXT[10:]) == TEXT[10:]
    assert hands.feed(b"") == struct.pack(">BBHI", 4, 0, 0, 0x61)


@pytest.mark.parametrize(
    "message",
    [
        b"\x07",
        b"\xfc\x00\x00\x00",
        struct.pack(">BBH", 255, 2, 0),
        struct.pack(">B3xI", 6, MOST_TEXT + 1),
        struct.pack(">BxH", 2, 60000),
    ],
)
def test_what_is_not_known_or_too_long_ends_the_console(message):
    with pytest.raises(ConsoleClosed) as closed:
        Hands(drives=False).feed(message)
    assert closed.value.key == "protocol"


def test_the_encoding_that_lengthens_pointer_messages_is_taken_out():
    asked = struct.pack(">BxH3i", 2, 3, 7, EXTENDED_BUTTONS, 16)
    assert Hands(drives=False).feed(asked) == struct.pack(">BxH2i", 2, 2, 7, 16)


@pytest.mark.parametrize(
    ("challenge", "response"),
    [
        ("84076F040550EEA9341967633B5F3855", "DD96D21781A70DA49443279975404DD0"),
        ("6EFF78767762AD104E52A2E15FDA3A1A", "C448C3C4BA7218EBAC29FD6623E85BAC"),
    ],
)
def test_a_password_is_proved_as_other_programs_do_it(challenge, response):
    assert answer("pass1234", bytes.fromhex(challenge)).hex().upper() == response


def test_only_eight_characters_of_a_password_count():
    assert answer("pass1234567", bytes(16)) == answer("pass1234", bytes(16))


class Script:
    """A display or browser that says its lines and notes what it hears."""

    def __init__(self, lines: bytes) -> None:
        self.lines, self.heard = lines, b""

    def take(self, count: int) -> bytes:
        if len(self.lines) < count:
            raise EOFError
        said, self.lines = self.lines[:count], self.lines[count:]
        return said

    def give(self, data: bytes) -> None:
        self.heard += data


def test_a_display_without_password_is_entered_in_all_versions():
    for said, heard in (
        (b"RFB 003.008\n\x01\x01\0\0\0\0", b"RFB 003.008\n\x01\x01"),
        (b"RFB 003.007\n\x02\x02\x01", b"RFB 003.007\n\x01\x01"),
        (b"RFB 003.003\n\0\0\0\x01", b"RFB 003.003\n\x01"),
        (b"RFB 004.001\n\x01\x01\0\0\0\0", b"RFB 003.008\n\x01\x01"),
    ):
        display = Script(said)
        handshake.enter(display, "", pytest.fail)
        assert (display.heard, display.lines) == (heard, b"")


def test_a_password_is_given_only_where_it_is_asked_for():
    challenge = bytes(range(16))
    display = Script(b"RFB 003.008\n\x01\x02" + challenge + b"\0\0\0\0")
    handshake.enter(display, "pass1234", pytest.fail)
    assert display.heard == b"RFB 003.008\n\x02" + answer("pass1234", challenge) + b"\x01"


@pytest.mark.parametrize(
    ("said", "password", "key"),
    [
        (b"RFB 003.008\n\x01\x02", "", "display-password"),
        (b"RFB 003.008\n\x01\x02" + bytes(16) + b"\0\0\0\x01", "wrong", "display-password"),
        (b"RFB 003.008\n\x01\x05", "x", "display-unsupported"),
        (b"RFB 003.008\n\0\0\0\0\x14<img src=x onerror=1>", "", "display-refused"),
        (b"HTTP/1.1 400 Bad Request", "", "display-unsupported"),
    ],
)
def test_each_way_in_that_fails_has_its_reason(said, password, key):
    with pytest.raises(ConsoleClosed) as closed:
        handshake.enter(Script(said), password, pytest.fail)
    assert closed.value.key == key


def test_a_browser_is_let_in_without_a_password():
    browser = Script(b"RFB 003.008\n\x01\x01rest")
    handshake.admit(browser)
    assert browser.heard == b"RFB 003.008\n\x01\x01\0\0\0\0"
    assert browser.lines == b"rest"


@pytest.mark.parametrize("said", [b"RFB 003.003\n\x01", b"RFB 003.008\n\x02", b"GET / HTTP/1."])
def test_a_browser_that_speaks_otherwise_is_turned_away(said):
    with pytest.raises(ConsoleClosed):
        handshake.admit(Script(said))


def test_the_clipboard_is_told_only_to_who_drives():
    with_clipboard = struct.pack(">BxH3i", 2, 3, 7, CLIPBOARD, 16)
    without = struct.pack(">BxH2i", 2, 2, 7, 16)
    hands = Hands(drives=False)
    assert hands.feed(with_clipboard) == without
    hands.drives = True
    assert hands.feed(b"") == with_clipboard  # asked for again in the browser's name
    assert hands.feed(b"") == b""
    assert hands.feed(EXTENDED_TEXT) == EXTENDED_TEXT
    hands.drives = False
    assert hands.feed(UPDATE) == without + UPDATE
