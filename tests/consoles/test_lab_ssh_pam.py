"""Signing in to a real OpenSSH server that asks through PAM: a code, a new password."""

import base64
import hashlib
import hmac
import struct
import time
from pathlib import Path

import pytest

from .conftest import sign_in
from .openssh import USER, openssh
from .ssh_server import make_machine
from .terminals import PASSWORD, answer, asked, ending, enter, knock, said, type_in

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]

SECRET = base64.b32encode(b"lantern-42-lantern-4").decode()
FRESH = "harbour-43-quay"


def code() -> str:
    """Return the present code (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(SECRET), counter, hashlib.sha1).digest()
    place = digest[-1] & 15
    number = struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def test_the_password_is_not_asked_for_twice_and_its_words_are_shown(
    gateway, oli, monkeypatch, tmp_path: Path
):
    with openssh(tmp_path, PASSWORD) as port:
        vm = make_machine(oli, monkeypatch, port)
        client = sign_in(oli)
        assert ending(knock(gateway, client, vm, user=USER, secret="wrong")) == "ssh-refused"
        console, _facts = enter(gateway, client, vm, user=USER)
        text = said(console, "Mind the gap")
        assert "Authorised people only." in text
        type_in(console, "echo $((6*7))th; id -un; exit\n")
        said(console, USER)
        assert ending(console) == "ssh-ended"


def test_a_code_is_asked_for_as_the_second_step(gateway, oli, monkeypatch, tmp_path: Path):
    with openssh(tmp_path, PASSWORD, secret=SECRET) as port:
        vm = make_machine(oli, monkeypatch, port)
        console = knock(gateway, sign_in(oli), vm, user=USER)
        question = asked(console)
        assert [one["text"] for one in question["prompts"]] == ["Verification code: "]
        answer(console, code())
        console.recv(30)
        type_in(console, "echo $((6*7))th\n")
        said(console, "42th")
        console.close()


def test_an_expired_password_is_changed_in_the_tab(gateway, oli, monkeypatch, tmp_path: Path):
    with openssh(tmp_path, PASSWORD, is_expired=True) as port:
        vm = make_machine(oli, monkeypatch, port)
        client = sign_in(oli)
        console = knock(gateway, client, vm, user=USER)
        heard = []
        for wanted, given in (("urrent", PASSWORD), ("ew", FRESH), ("etype", FRESH)):
            question = asked(console)
            heard.append(question["words"])
            assert len(question["prompts"]) == 1 and not question["prompts"][0]["echo"]
            assert wanted in question["prompts"][0]["text"]
            answer(console, given)
        console.recv(30)
        type_in(console, "echo $((6*7))th\n")
        said(console, "42th")
        console.close()
        console, _facts = enter(gateway, client, vm, user=USER, secret=FRESH)
        console.close()
