"""Rows of this room: webhooks and their deliveries; notices, targets and what is sent to them."""

from .people import Notice, Posting, Preference, Target
from .states import SendingState
from .webhooks import Delivery, Webhook

__all__ = [
    "Delivery",
    "Notice",
    "Posting",
    "Preference",
    "SendingState",
    "Target",
    "Webhook",
]
