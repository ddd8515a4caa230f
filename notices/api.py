"""Webhooks in the API."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404
from ninja import Field, Query, Router, Schema, Status

from accounts.access import Capability, require
from accounts.api_auth import declares
from accounts.api_paging import Page, Paging, page_of
from accounts.requests import SignedInRequest

from . import access, services
from .models import Webhook
from .nudging import nudge

router = Router(tags=["webhooks"])
Action = Annotated[str, Field(pattern=r"^[\w:.-]{0,59}\*?$", min_length=1)]


class WebhookIn(Schema):
    """A new webhook. `team` is a team's slug; without it the webhook is the site's."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    url: Annotated[str, Field(min_length=1, max_length=2000)]
    team: str | None = None
    actions: Annotated[list[Action], Field(max_length=50)] = []


class WebhookChange(Schema):
    """What to change."""

    name: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    url: Annotated[str, Field(min_length=1, max_length=2000)] | None = None
    actions: Annotated[list[Action], Field(max_length=50)] | None = None
    is_active: bool | None = None


class WebhookOut(Schema):
    """A webhook without its secret and the rest of its address."""

    id: int
    name: str
    place: str
    team: str | None
    actions: list[str]
    is_active: bool
    created_at: datetime

    @staticmethod
    def resolve_team(webhook: Webhook) -> str | None:
        """Return the slug of the team."""
        return webhook.team.slug if webhook.team else None


class WebhookMade(WebhookOut):
    """A webhook just made or signed anew, with the secret, which is shown once."""

    secret: str


class DeliveryOut(Schema):
    """One event on its way to a webhook."""

    id: int
    number: UUID
    seq: int | None
    action: str
    state: str
    tries: int
    status_code: int | None
    error: str
    answer: str
    created_at: datetime
    sent_at: datetime | None
    next_try_at: datetime


@router.get("/webhooks", response=Page[WebhookOut], summary="List webhooks")
@declares(Capability.TEAM_MANAGE)
def list_webhooks(request: SignedInRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Return the webhooks that the caller manages: all, or those of their teams."""
    return page_of(access.webhooks_of(request.user), paging)


@router.post("/webhooks", response={201: WebhookMade}, summary="Make a webhook")
@declares(Capability.TEAM_MANAGE)
def create_webhook(request: SignedInRequest, data: WebhookIn) -> Status[Webhook]:
    """Make a webhook; its secret is shown once."""
    if data.team is None:
        require(request.user, Capability.SITE_MANAGE)
    team = access.get_team(request.user, data.team) if data.team is not None else None
    made = services.create_webhook(
        request.user, name=data.name, url=data.url, team=team, actions=data.actions
    )
    return Status(201, made)


@router.get("/webhooks/{int:webhook_id}", response=WebhookOut, summary="Read a webhook")
@declares(Capability.TEAM_MANAGE)
def read_webhook(request: SignedInRequest, webhook_id: int) -> Webhook:
    """Return one webhook that the caller manages."""
    return access.get_webhook(request.user, webhook_id)


@router.patch("/webhooks/{int:webhook_id}", response=WebhookOut, summary="Change a webhook")
@declares(Capability.TEAM_MANAGE)
def change_webhook(request: SignedInRequest, webhook_id: int, data: WebhookChange) -> Webhook:
    """Change what is named."""
    webhook = access.get_webhook(request.user, webhook_id)
    changes = {name: value for name, value in data.dict().items() if value is not None}
    if changes:
        services.change_webhook(request.user, webhook, **changes)
    return webhook


@router.delete("/webhooks/{int:webhook_id}", response={204: None}, summary="Delete a webhook")
@declares(Capability.TEAM_MANAGE)
def delete_webhook(request: SignedInRequest, webhook_id: int) -> Status[None]:
    """Delete a webhook with its deliveries."""
    services.delete_webhook(request.user, access.get_webhook(request.user, webhook_id))
    return Status(204, None)


@router.post("/webhooks/{int:webhook_id}/secret", response=WebhookMade, summary="New secret")
@declares(Capability.TEAM_MANAGE)
def rotate_secret(request: SignedInRequest, webhook_id: int) -> Webhook:
    """Sign with a new secret from now on; it is shown once."""
    webhook = access.get_webhook(request.user, webhook_id)
    services.rotate_secret(request.user, webhook)
    return webhook


@router.post("/webhooks/{int:webhook_id}/test", response={201: DeliveryOut}, summary="Test")
@declares(Capability.TEAM_MANAGE)
def test_webhook(request: SignedInRequest, webhook_id: int) -> Status[Any]:
    """Send an event that says it is a test."""
    made = services.send_test(request.user, access.get_webhook(request.user, webhook_id))
    nudge()
    return Status(201, made)


@router.get(
    "/webhooks/{int:webhook_id}/deliveries", response=Page[DeliveryOut], summary="Deliveries"
)
@declares(Capability.TEAM_MANAGE)
def list_deliveries(
    request: SignedInRequest, webhook_id: int, paging: Query[Paging]
) -> dict[str, Any]:
    """Return a webhook's deliveries, newest first."""
    webhook = access.get_webhook(request.user, webhook_id)
    return page_of(webhook.deliveries.order_by("-pk"), paging)


@router.post(
    "/webhooks/{int:webhook_id}/deliveries/{int:delivery_id}/again",
    response={202: DeliveryOut},
    summary="Send again",
)
@declares(Capability.TEAM_MANAGE)
def send_again(request: SignedInRequest, webhook_id: int, delivery_id: int) -> Status[Any]:
    """Send a delivery once more, with the same number."""
    webhook = access.get_webhook(request.user, webhook_id)
    delivery = webhook.deliveries.filter(pk=delivery_id).first()
    if delivery is None:
        raise Http404
    services.send_again(request.user, delivery)
    nudge()
    return Status(202, delivery)
