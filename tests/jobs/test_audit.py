"""The audit record cannot be changed without it showing."""

import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, models

from accounts.models import User
from jobs import audit
from jobs.audit import Problem
from jobs.models import AppendOnlyError, AuditEntry


def raw() -> "models.QuerySet[AuditEntry]":
    """Return the rows past the refusal to change them, as an intruder would reach them."""
    return models.QuerySet(AuditEntry)


@pytest.fixture
def chain(oli: User) -> None:
    for number in range(1, 8):
        audit.record(
            oli,
            "test.write",
            target_kind="thing",
            target_id=number,
            target_name="wéb\0",
            detail={"load": 0.1 + 0.2, "text": "a\0b", "nested": [{"x": 1e300}]},
            ip="10.0.0.1",
        )


@pytest.mark.usefixtures("chain")
def test_an_untouched_chain_holds() -> None:
    assert audit.verify() == []
    assert [entry.seq for entry in AuditEntry.objects.order_by("seq")] == list(range(1, 8))


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize(
    "change", [{"actor_name": "eve"}, {"detail": {}}, {"ip": "10.0.0.2"}, {"previous_hash": "0"}]
)
def test_an_altered_line_is_named(change: dict[str, object]) -> None:
    raw().filter(seq=4).update(**change)
    assert audit.verify() == [Problem(4, "altered")]


@pytest.mark.usefixtures("chain")
def test_an_altered_line_with_a_new_hash_breaks_the_link() -> None:
    entry = AuditEntry.objects.get(seq=4)
    entry.outcome = "denied"
    raw().filter(seq=4).update(outcome="denied", hash=audit.hash_of(entry))
    assert audit.verify() == [Problem(5, "unlinked")]


@pytest.mark.usefixtures("chain")
def test_removed_lines_are_named() -> None:
    raw().filter(seq__in=[3, 4]).delete()
    assert audit.verify() == [Problem(3, "missing"), Problem(4, "missing")]


@pytest.mark.usefixtures("chain")
def test_an_inserted_line_is_named() -> None:
    forged = raw().get(seq=7)
    forged.pk, forged.seq, forged.actor_name = None, 8, "eve"
    forged.previous_hash = raw().get(seq=7).hash
    raw().bulk_create([forged])
    assert audit.verify() == [Problem(8, "altered")]
    raw().filter(seq=8).update(hash=audit.chain.hash_of(raw().get(seq=8)))
    head = f"7:{raw().get(seq=7).hash}"
    assert audit.verify() == []  # who writes the database can go on with the chain,
    raw().filter(seq=7).update(hash="0" * 64)
    assert audit.inspect(head).problems  # and cannot change what was there
    raw().filter(seq=7).delete()
    raw().filter(seq=8).update(seq=7)
    assert Problem(7, "altered") in audit.verify()


@pytest.mark.usefixtures("chain")
def test_a_record_cut_short_shows_against_a_kept_head() -> None:
    head = audit.inspect()
    raw().filter(seq=7).delete()
    assert audit.verify() == []
    kept = f"{head.head_seq}:{head.head_hash}"
    assert audit.inspect(kept).problems == [Problem(7, "missing")]


@pytest.mark.usefixtures("chain")
def test_the_portal_itself_can_only_append() -> None:
    with pytest.raises(AppendOnlyError):
        AuditEntry.objects.update(actor_name="eve")
    with pytest.raises(AppendOnlyError):
        AuditEntry.objects.all().delete()


@pytest.mark.usefixtures("chain")
def test_the_command_verifies_and_exports(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("audit", "verify")
    assert "7 lines" in capsys.readouterr().out
    call_command("audit", "export")
    assert len(capsys.readouterr().out.splitlines()) == 7
    raw().filter(seq=2).update(ip=None)
    with pytest.raises(CommandError):
        call_command("audit", "verify")
    assert "Line 2: altered" in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_make_one_chain() -> None:
    def write() -> None:
        for _ in range(20):
            audit.record(None, "test.write")
        connections.close_all()

    writers = [threading.Thread(target=write) for _ in range(5)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert audit.inspect().lines == 100
    assert audit.verify() == []
