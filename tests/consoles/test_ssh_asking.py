"""What a machine asks while one signs in: codes, new passwords, words of its own."""

import json
from collections.abc import Iterator
from typing import Any

import asyncssh
import pytest

from accounts.models import Grant, Role
from consoles.gateway.ssh import client as ssh_client
from consoles.gateway.ssh import prompts
from consoles.ssh.frames import ANSWERS, SIZE
from jobs.models import AuditEntry
from tests.lab.waiting import wait_until

from .conftest import sign_in
from .ssh_server import Running, Server, make_machine, running
from .terminals import PASSWORD, answer, asked, ending, enter, frame, knock, said, type_in

pytestmark = pytest.mark.django_db(transaction=True)

CODE, FRESH = "314159", "harbour-43"


@pytest.fixture
def servers() -> Iterator[Running]:
    with running() as made:
        yield made


class Asking(Server):
    """Goes through rounds of questions, and lets in who answers all of them right."""

    methods = ("kbdint",)
    rounds: tuple[tuple[str, str, list[tuple[str, bool]], list[str]], ...] = ()

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> Any:
        self.left = list(self.rounds)
        return self._next()

    def validate_kbdint_response(self, username: str, responses: Any) -> Any:
        _name, _words, _prompts, wanted = self.left.pop(0)
        if list(responses) != wanted:
            return False
        return self._next() if self.left else True

    def _next(self) -> Any:
        name, words, questions, _wanted = self.left[0]
        return name, words, "", questions


class Code(Asking):
    banner = "Welcome to web01\x1b[31m\n"
    rounds = (
        ("", "", [("Password: ", False)], [PASSWORD]),
        ("", "Last sign-in: yesterday", [], []),
        ("Second step", "Open your app.", [("Verification code: ", True)], [CODE]),
    )


class Expired(Asking):
    rounds = (
        ("", "", [("Password: ", False)], [PASSWORD]),
        ("", "You are required to change your password immediately.",
         [("New password: ", False), ("Retype new password: ", False)], [FRESH, FRESH]),
    )  # fmt: skip


def facts_of(console: Any) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(console.recv(30))
    return facts


def test_a_code_is_asked_for_and_the_password_is_not_asked_twice(
    gateway, servers, oli, monkeypatch
):
    vm = make_machine(oli, monkeypatch, servers.serve(Code))
    client = sign_in(oli)
    console = knock(gateway, client, vm)
    assert asked(console) == {
        "words": "Second step\nOpen your app.",
        "prompts": [{"text": "Verification code: ", "echo": True}],
    }
    console.send(frame(SIZE, b"\0\x50\0\x18"))  # a window that changes its size is no answer
    answer(console, CODE)
    assert facts_of(console)["session"]
    text = said(console, "ready")
    # What the machine said before is shown, without what would move the cursor.
    assert "Welcome to web01[31m\r\nLast sign-in: yesterday\r\n" in text
    type_in(console, "exit\n")
    assert ending(console) == "ssh-ended"
    console = knock(gateway, client, vm)
    asked(console)
    answer(console, "271828")
    assert ending(console) == "ssh-refused"
    record = json.dumps(list(AuditEntry.objects.values("detail")))
    assert CODE not in record and "271828" not in record


def test_a_wrong_password_asks_for_nothing_more(gateway, servers, oli, monkeypatch):
    vm = make_machine(oli, monkeypatch, servers.serve(Code))
    assert ending(knock(gateway, sign_in(oli), vm, secret="wrong")) == "ssh-refused"


def test_an_expired_password_is_changed(gateway, servers, oli, monkeypatch):
    vm = make_machine(oli, monkeypatch, servers.serve(Expired))
    console = knock(gateway, sign_in(oli), vm)
    question = asked(console)
    assert "required to change" in question["words"]
    assert [one["text"] for one in question["prompts"]] == [
        "New password: ",
        "Retype new password: ",
    ]
    assert not any(one["echo"] for one in question["prompts"])
    answer(console, FRESH, FRESH)
    facts_of(console)
    said(console, "ready")
    console.close()


class Changing(Server):
    """Wants another password by the message that SSH itself has for it (RFC 4252, 8)."""

    changed: tuple[str, str] | None = None

    def validate_password(self, username: str, password: str) -> bool:
        raise asyncssh.PasswordChangeRequired("Your password has expired.")

    def change_password(self, username: str, old: str, new: str) -> bool:
        return (old, new) == (PASSWORD, FRESH)


def test_an_expired_password_is_changed_where_the_protocol_asks_for_it(
    gateway, servers, oli, monkeypatch
):
    vm = make_machine(oli, monkeypatch, servers.serve(Changing))
    console = knock(gateway, sign_in(oli), vm)
    assert asked(console) == {
        "words": "Your password has expired.", "prompts": [{"text": "", "echo": False}],
    }  # fmt: skip
    answer(console, FRESH)
    facts_of(console)
    said(console, "ready")
    console.close()


def test_who_may_stay_no_longer_is_not_waited_for(gateway, servers, oli, sam, monkeypatch):
    vm = make_machine(oli, monkeypatch, servers.serve(Code))
    grant = Grant.objects.create(user=sam, kind="vm", object_id=vm.pk, role=Role.OPERATOR)
    console = knock(gateway, sign_in(sam), vm)
    asked(console)
    grant.delete()
    assert ending(console) == "right-ended"
    wait_until(lambda: not gateway.house.rooms())


def test_who_leaves_or_does_not_answer_ends_it(gateway, servers, oli, monkeypatch):
    vm = make_machine(oli, monkeypatch, servers.serve(Code))
    client = sign_in(oli)
    console = knock(gateway, client, vm)
    asked(console)
    console.close()
    wait_until(lambda: not gateway.house.rooms())
    monkeypatch.setattr(prompts, "ANSWER_SECONDS", 1.0)
    console = knock(gateway, client, vm)
    asked(console)
    assert ending(console) == "ssh-hung-up"


@pytest.mark.parametrize(
    "said_", [b"[]", b"{", b'["1", "2"]', b"[1]", json.dumps(["x" * 1025]).encode(), b"[" * 60000]
)
def test_answers_that_are_none_end_it(gateway, servers, oli, monkeypatch, said_):
    vm = make_machine(oli, monkeypatch, servers.serve(Code))
    console = knock(gateway, sign_in(oli), vm)
    asked(console)
    console.send(frame(ANSWERS, said_))
    assert ending(console) == "protocol"


class Endless(Asking):
    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> Any:
        return self._more()

    def validate_kbdint_response(self, username: str, responses: Any) -> Any:
        return self._more()

    def _more(self) -> Any:
        return "", "x" * 30_000, "", []


class Many(Endless):
    def _more(self) -> Any:
        return "", "", "", [("y" * 300, True)] * 9


class Again(Endless):
    def _more(self) -> Any:
        return "", "z" * 9000, "", [("z" * 9000 + "\x07\u202e", True)]


@pytest.mark.parametrize("server", [Endless, Many])
def test_a_machine_that_asks_without_end_is_left(gateway, servers, oli, monkeypatch, server):
    vm = make_machine(oli, monkeypatch, servers.serve(server))
    assert ending(knock(gateway, sign_in(oli), vm)) == "ssh-refused"


def test_what_is_asked_is_cut_and_not_asked_for_ever(gateway, servers, oli, monkeypatch):
    monkeypatch.setattr(ssh_client, "MOST_ROUNDS", 3)
    vm = make_machine(oli, monkeypatch, servers.serve(Again))
    console = knock(gateway, sign_in(oli), vm)
    for _round in range(2):
        question = asked(console)
        assert len(question["words"]) == prompts.MOST_WORDS
        assert question["prompts"][0]["text"] == "z" * prompts.MOST_PROMPT
        answer(console, "again")
    assert ending(console) == "ssh-refused"


def test_a_protected_key_opens_the_door(gateway, servers, oli, monkeypatch, tmp_path):
    made = asyncssh.generate_private_key("ssh-ed25519")
    text = made.export_private_key("openssh", passphrase=PASSWORD, rounds=64).decode()

    class Mine(Server):
        methods = ("key",)
        keys = (made.export_public_key().decode().strip(),)

    vm = make_machine(oli, monkeypatch, servers.serve(Mine))
    client = sign_in(oli)
    wish = {"method": "key", "secret": text}
    assert ending(knock(gateway, client, vm, **wish)) == "ssh-locked-key"
    assert ending(knock(gateway, client, vm, **wish, passphrase="no")) == "ssh-wrong-passphrase"
    console, _facts = enter(gateway, client, vm, **wish, passphrase=PASSWORD)
    said(console, "ready")
    console.close()
    record = json.dumps(list(AuditEntry.objects.values("detail")))
    assert PASSWORD not in record and "BEGIN" not in record
