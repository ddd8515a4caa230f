"""Searching the audit record, taking it along, and sending it on."""

import json
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts import services
from accounts.models import User
from jobs import audit
from jobs.audit import search
from jobs.audit.forward import forward, message_of
from jobs.audit.words import changes_of, moment, outcome_of
from jobs.models import AuditCursor, AuditEntry
from jobs.tasks import forward_audit

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(oli: User, ada: User) -> None:
    """Three lines: a change, a refusal and a formula."""
    audit.record(
        oli, "team.member_role", target_kind="team", target_id=3, target_name="Red", ip="10.0.0.7",
        detail={"before": {"role": "viewer"}, "after": {"role": "owner"}, "who": "vera"},
    )  # fmt: skip
    audit.record(
        ada, "vm.delete", target_kind="vm", target_id=7, target_name="web01", outcome="denied"
    )
    audit.record(
        None, "vm.start", target_kind="vm", target_id=8, target_name="=1+1", outcome="failed"
    )


def found(**query: str) -> list[str]:
    return [line.action for line in search.find(search.wanted(query))]


@pytest.mark.usefixtures("record")
def test_each_filter_finds_its_lines() -> None:
    today = timezone.localdate().isoformat()
    role, delete, start = "team.member_role", "vm.delete", "vm.start"
    for query, wanted in (
        ({}, [start, delete, role]),
        ({"q": "web"}, [delete]),
        ({"q": "10.0.0.7"}, [role]),
        ({"who": "ada"}, [delete]),
        ({"action": "vm."}, [start, delete]),
        ({"target": "vm:7"}, [delete]),
        ({"target": "red"}, [role]),
        ({"outcome": "failed"}, [start]),
        ({"ip": "10.0."}, [role]),
        ({"since": today, "until": today}, [start, delete, role]),
        ({"until": "2001-01-01"}, []),
        ({"since": "31.31.3131", "until": "2001-02-30"}, [start, delete, role]),
        ({"since": "9999-12-31", "target": "vm:" + "9" * 40}, []),
    ):
        assert found(**query) == wanted, query


@pytest.mark.usefixtures("record")
def test_the_page_shows_before_and_after_in_words(ada: User, client: Client) -> None:
    client.force_login(ada)
    text = client.get(reverse("jobs:record"), {"q": "red"}).content.decode()
    assert "<del>viewer</del>" in text
    assert "<ins>owner</ins>" in text
    text = client.get(reverse("jobs:record"), {"outcome": "denied"}).content.decode()
    assert "Refused" in text
    assert "Nothing fits" in client.get(reverse("jobs:record"), {"q": "nobody"}).content.decode()


def test_changes_come_before_the_rest() -> None:
    detail = {"job": 3, "before": {"a": 1, "b": [1]}, "after": {"a": 1, "b": [1, 2]}, "empty": ""}
    shown = changes_of(AuditEntry(detail=detail))
    assert [(one.name, one.before, one.after) for one in shown] == [
        ("b", "1", "1, 2"),
        ("job", "", "3"),
    ]
    assert changes_of(AuditEntry(detail=["odd"])) == []
    made = changes_of(AuditEntry(detail={"after": {"is_active": True}}))
    assert [(one.after, one.is_change) for one in made] == [("yes", False)]
    assert outcome_of(AuditEntry(outcome="odd")).word == "odd"


def test_times_follow_the_reader() -> None:
    at = timezone.now()
    with translation.override("en-gb"):
        english = moment(at)
    assert f"{timezone.localtime(at):%H:%M:%S}" in english


@pytest.mark.usefixtures("record")
def test_the_record_can_be_taken_along(ada: User, oli: User, client: Client) -> None:
    client.force_login(oli)
    for form in ("csv", "jsonl"):
        assert client.get(reverse("jobs:record-export", args=[form])).status_code == 403
    client.force_login(ada)
    answer = client.get(reverse("jobs:record-export", args=["jsonl"]), {"action": "vm."})
    lines = [json.loads(line) for line in b"".join(answer).decode().splitlines()]
    assert [line["action"] for line in lines] == ["vm.delete", "vm.start"]
    assert all(len(line["hash"]) == 64 for line in lines)
    answer = client.get(reverse("jobs:record-export", args=["csv"]))
    text = b"".join(answer).decode()
    assert text.startswith("seq,at,actor_name")
    assert ",=1+1," not in text
    assert ",'=1+1," in text
    assert "attachment" in answer["Content-Disposition"]
    assert AuditEntry.objects.latest("seq").action == "audit.export"


@pytest.mark.usefixtures("record")
def test_refusals_of_token_callers_are_recorded(oli: User, client: Client) -> None:
    key = services.create_token(oli, "script").key
    answer = client.get("/api/v1/audit", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 403
    line = AuditEntry.objects.latest("seq")
    assert (line.outcome, line.actor_name, line.detail["path"]) == (
        "denied",
        "oli",
        "/api/v1/audit",
    )


def listen(kind: int, address: Any = ("127.0.0.1", 0)) -> socket.socket:
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    server = socket.socket(family, kind)
    server.bind(address)
    server.settimeout(5)
    return server


def test_lines_go_to_syslog_over_udp_each_once(oli: User, settings: Any) -> None:
    with listen(socket.SOCK_DGRAM) as server:
        settings.AUDIT_SYSLOG = f"udp://127.0.0.1:{server.getsockname()[1]}"
        assert forward() == 0  # from now on
        audit.record(oli, "vm.start", target_name="web01")
        audit.record(oli, "vm.delete", outcome="denied")
        assert forward() == 2
        assert forward() == 0
        first, second = server.recv(9000).decode(), server.recv(9000).decode()
    assert first.startswith("<85>1 ")
    assert second.startswith("<84>1 ")
    assert " guesthouse " in first
    assert json.loads(first[first.index("{") :])["target_name"] == "web01"


def test_lines_go_to_a_local_socket(oli: User, settings: Any, tmp_path: Path) -> None:
    place = str(tmp_path / "log")
    settings.AUDIT_SYSLOG = place
    with listen(socket.SOCK_DGRAM, place) as server:
        forward()
        audit.record(oli, "vm.start")
        assert forward() == 1
        assert b"vm.start" in server.recv(9000)


def test_a_server_that_was_away_gets_everything(oli: User, settings: Any) -> None:
    with listen(socket.SOCK_STREAM) as free:
        port = free.getsockname()[1]
    settings.AUDIT_SYSLOG = f"tcp://127.0.0.1:{port}"
    AuditCursor.objects.create(name="syslog")
    audit.record(oli, "vm.start", detail={"long": "x" * 20_000})
    forward_audit()  # nobody there: a warning, nothing lost
    got: list[bytes] = []
    with listen(socket.SOCK_STREAM, ("127.0.0.1", port)) as server:
        server.listen()

        def take() -> None:
            peer, _address = server.accept()
            with peer, peer.makefile("rb") as stream:
                got.append(stream.read())

        taker = threading.Thread(target=take)
        taker.start()
        assert forward() == 1
        taker.join(5)
    length, _space, rest = got[0].partition(b" ")
    assert int(length) == len(rest)
    assert rest == message_of(AuditEntry.objects.latest("seq"))
    assert b"left_out" in rest
