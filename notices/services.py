"""Change webhooks: short transactions, each with its line in the audit record."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from accounts.models import Team, User
from jobs import audit
from jobs.models import AuditEntry

from . import claiming, guard
from .models import Delivery, Webhook
from .planning import test_of
from .signing import new_secret

LONGEST_URL = 2000


def place_of(url: str) -> str:
    """Return what may be shown of an address. Raises ActionRefused where it cannot be used."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _bad_address() from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or len(url) > LONGEST_URL:
        raise _bad_address()
    if parts.username or parts.password or not url.isprintable() or " " in url:
        raise _bad_address()
    host = parts.hostname
    literal = ":" in host or host.replace(".", "").isdigit() or host == "localhost"
    if literal and not guard.is_allowed("127.0.0.1" if host == "localhost" else host):
        raise ActionRefused(
            _("%(host)s is inside the portal's own network. GUESTHOUSE_WEBHOOK_ALLOW names what is "
              "allowed there.") % {"host": host},
            code="address-inside",
            status=422,
        )  # fmt: skip
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port else "")


def create_webhook(
    by: User, *, name: str, url: str, team: Team | None = None, actions: Sequence[str] = ()
) -> Webhook:
    """Make a webhook that is told of everything from now on; its `secret` is shown once."""
    place = place_of(url)
    with transaction.atomic():
        newest = AuditEntry.objects.order_by("-seq").values_list("seq", flat=True).first()
        webhook = Webhook.objects.create(
            name=name[:80],
            url=url,
            place=place,
            secret=new_secret(),
            team=team,
            actions=list(actions),
            after_seq=newest or 0,
            created_by=by,
        )
        _record(by, "webhook.create", webhook, {"after": facts_of(webhook)})
    return webhook


def change_webhook(by: User, webhook: Webhook, **changes: Any) -> None:
    """Change name, url, actions or is_active. A webhook that was off starts from now."""
    before = facts_of(webhook)
    if "url" in changes:
        changes["place"] = place_of(changes["url"])
    if changes.get("is_active") and not webhook.is_active:
        newest = AuditEntry.objects.order_by("-seq").values_list("seq", flat=True).first()
        changes["after_seq"] = newest or 0
    with transaction.atomic():
        for name, value in changes.items():
            setattr(webhook, name, value)
        webhook.save(update_fields=list(changes))
        _record(by, "webhook.change", webhook, {"before": before, "after": facts_of(webhook)})


def delete_webhook(by: User, webhook: Webhook) -> None:
    """Remove a webhook with its deliveries."""
    with transaction.atomic():
        _record(by, "webhook.delete", webhook, {"before": facts_of(webhook)})
        webhook.delete()


def rotate_secret(by: User, webhook: Webhook) -> str:
    """Sign with a new secret from now on and return it; it is shown once."""
    with transaction.atomic():
        webhook.secret = new_secret()
        webhook.save(update_fields=["secret"])
        _record(by, "webhook.secret", webhook, {})
    return str(webhook.secret)


def send_test(by: User, webhook: Webhook) -> Delivery:
    """Send an event that says it is a test."""
    delivery = test_of(webhook)
    with transaction.atomic():
        delivery.save()
        _record(by, "webhook.test", webhook, {})
    return delivery


def send_again(by: User, delivery: Delivery) -> None:
    """Make a delivery due once more; the receiver knows it by its number."""
    with transaction.atomic():
        claiming.again(delivery)
        _record(by, "webhook.again", delivery.webhook, {"delivery": str(delivery.number)})


def facts_of(webhook: Webhook) -> dict[str, Any]:
    """Return what the audit record keeps of a webhook."""
    return {
        "name": webhook.name,
        "place": webhook.place,
        "actions": webhook.actions,
        "is_active": webhook.is_active,
    }


def _record(by: User, action: str, webhook: Webhook, detail: dict[str, Any]) -> None:
    team = webhook.team
    audit.record(
        by,
        action,
        target_kind="team" if team else "webhook",
        target_id=team.pk if team else webhook.pk,
        target_name=f"{team.name}: {webhook.name}" if team else webhook.name,
        detail={"webhook": webhook.pk, **detail},
    )


def _bad_address() -> ActionRefused:
    return ActionRefused(
        _("Give an address such as https://example.org/hook, without a name or password in it."),
        code="bad-address",
        status=422,
    )
