"""Read both hosts after a migration came to some end, and write down what is true."""

import time
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from hosts.addresses import address_of
from hosts.models import Host
from migration.deciding import Sight, decide
from migration.models import Migration, Outcome, Phase
from virt.errors import AccessDenied, HostUnreachable, NotFound, OperationTimeout
from virt.moving import migration as moving
from virt.moving.migration import MoveProgress
from virt.pool import pooled
from vms.models import VM
from vms.sync.doubling import set_hold
from vms.sync.rows import Mirror, take_over

from .recording import event_of, write

PATIENCE = 40.0  # seconds in which two hosts may still be about it
STEP_SECONDS = 0.3
NOTHING = MoveProgress()
HOLDING = {
    Outcome.UNDETERMINED: "undetermined",
    Outcome.TWO_COPIES: "two-copies",
    Outcome.LOST: "lost",
}


@dataclass(frozen=True, slots=True)
class Truth:
    """What both hosts say, and what follows."""

    outcome: Outcome
    source: Sight
    target: Sight
    arrival: MoveProgress = NOTHING


def find_truth(row: Migration, *, patience: float = PATIENCE) -> Truth:
    """Read both hosts until they agree; one that does not answer leaves it undetermined."""
    live = bool(row.options.get("live", True)) and not row.options.get("was_off")
    deadline = time.monotonic() + patience
    while True:
        source, _none = _look(row.source, row)
        target, arrival = _look(row.target, row, is_target=True)
        outcome = decide(source, target, live=live)
        if outcome is not Outcome.NONE:
            return Truth(outcome, source, target, arrival)
        if time.monotonic() > deadline:
            return Truth(Outcome.UNDETERMINED, source, target)
        time.sleep(STEP_SECONDS)


def _look(
    host: Host | None, row: Migration, *, is_target: bool = False
) -> tuple[Sight, MoveProgress]:
    if host is None:  # an administrator removed it: nothing of it is waited for
        return Sight(True), MoveProgress()
    try:
        with pooled(address_of(host), "ops") as hypervisor:
            try:
                info = hypervisor.domain_info(str(row.vm_uuid), sizes=False)
            except NotFound:
                return Sight(True), MoveProgress()
            if is_target and info.state.is_active:
                return Sight(True, info), moving.last_arrival(hypervisor.get_domain(info.uuid))
            return Sight(True, info), MoveProgress()
    except (HostUnreachable, OperationTimeout, AccessDenied, NotFound):
        return Sight(False), MoveProgress()


def record(row: Migration, truth: Truth) -> None:
    """Write the outcome, and make the machine's row as both hosts say, whoever tells first."""
    vm = VM.objects.select_related("host").filter(pk=row.vm_id or 0).first()
    if vm is not None and truth.outcome is not Outcome.UNDETERMINED:
        _mirror(row, truth)
    with transaction.atomic():
        if vm is not None:
            set_hold(vm.pk, HOLDING.get(truth.outcome, ""))
        write(row, **_columns(row, truth))


def _columns(row: Migration, truth: Truth) -> dict[str, Any]:
    is_over = truth.outcome is not Outcome.UNDETERMINED
    columns: dict[str, Any] = {
        "outcome": truth.outcome,
        "phase": Phase.ENDED if is_over else Phase.SETTLING,
        "events": [*row.events, *_events(row, truth)],
    }
    if is_over or row.ended_at is None:
        columns["ended_at"] = timezone.now()
    if truth.outcome is Outcome.MIGRATED and truth.arrival.operation:
        columns["downtime_ms"] = truth.arrival.downtime_ms
        columns["bytes"] = truth.arrival.processed
    return columns


def _events(row: Migration, truth: Truth) -> list[Any]:
    if truth.outcome is Outcome.UNDETERMINED:
        ends = ((truth.source, row.source_name), (truth.target, row.target_name))
        return [
            event_of("unreachable", host=name)
            for sight, name in ends
            if not sight.answers and row.outcome != Outcome.UNDETERMINED
        ]
    is_there = truth.outcome is Outcome.MIGRATED
    events = [event_of(truth.outcome, host=row.target_name if is_there else row.source_name)]
    left, name = (truth.source, row.source_name) if is_there else (truth.target, row.target_name)
    if left.info is not None and not left.is_on and truth.outcome is not Outcome.TWO_COPIES:
        events.append(event_of("leftover", host=name))
    return events


def _mirror(row: Migration, truth: Truth) -> None:
    """Tell the rows what was read: first who is there, then who is not."""
    ends = [(row.source, truth.source), (row.target, truth.target)]
    ends.sort(key=lambda end: end[1].info is None)
    for host, sight in ends:
        if host is None or not sight.answers:
            continue
        if sight.info is not None:
            take_over(host, sight.info)
        else:
            Mirror().gone(host, str(row.vm_uuid))
