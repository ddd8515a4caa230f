"""Which lines of the audit record go to which webhook, and in which words."""

import json
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from jobs.audit.belongs import teams_of
from jobs.models import AuditEntry

from .models import Delivery, Webhook

AT_ONCE = 500


def plan() -> int:
    """Write a delivery for each line that a webhook has not seen and wants; returns how many."""
    newest = AuditEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    behind = Webhook.objects.filter(is_active=True, after_seq__lt=newest)
    return sum(_plan_for(pk) for pk in behind.values_list("pk", flat=True))


def _plan_for(pk: int) -> int:
    """Look at the next lines for one webhook; the row's lock lets one worker do so at a time."""
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update().filter(pk=pk, is_active=True).first()
        if webhook is None:
            return 0
        lines = list(AuditEntry.objects.filter(seq__gt=webhook.after_seq).order_by("seq")[:AT_ONCE])
        if not lines:
            return 0
        made = [delivery_of(webhook, line) for line in lines if concerns(webhook, line)]
        Delivery.objects.bulk_create(made)
        Webhook.objects.filter(pk=pk).update(after_seq=lines[-1].seq)
    return len(made)


def concerns(webhook: Webhook, entry: AuditEntry) -> bool:
    """Say whether the webhook is told of this line."""
    if not webhook.wants(entry.action):
        return False
    return webhook.team_id is None or webhook.team_id in teams_of(entry)


def delivery_of(webhook: Webhook, entry: AuditEntry) -> Delivery:
    """Return what is sent of `entry`; a team is not told what only administrators may read."""
    event: dict[str, Any] = {
        "seq": entry.seq,
        "at": entry.at.isoformat(),
        "action": entry.action,
        "outcome": entry.outcome,
        "actor": {"id": entry.actor_id, "name": entry.actor_name},
        "target": {
            "kind": entry.target_kind,
            "id": entry.target_id,
            "name": entry.target_name,
        },
    }
    if webhook.team_id is None:
        event |= {"ip": entry.ip, "detail": entry.detail}
    return _delivery(webhook, entry.action, event, entry.seq)


def test_of(webhook: Webhook) -> Delivery:
    """Return an event that only says that it is a test."""
    event = {"action": "webhook.test", "at": timezone.now().isoformat(), "outcome": "done"}
    return _delivery(webhook, "webhook.test", event, None)


def _delivery(webhook: Webhook, action: str, event: dict[str, Any], seq: int | None) -> Delivery:
    number = uuid.uuid4()
    body = json.dumps({"id": str(number), **event}, ensure_ascii=False, separators=(",", ":"))
    return Delivery(webhook=webhook, number=number, seq=seq, action=action, body=body)
