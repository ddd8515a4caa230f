"""Send what is due to webhooks."""

import time
from itertools import groupby

import requests
from django.utils import timezone
from django.utils.translation import gettext_noop

from vault.errors import VaultError

from . import claiming
from .guard import ForbiddenAddressError, outside_only
from .models import Delivery, SendingState
from .signing import signature

AT_ONCE = 200
SECONDS = (5.0, 10.0)  # to connect, to wait for each part of the answer
READ = 500  # bytes of the answer that are kept
INSIDE = gettext_noop("The address is inside the portal's own network; GUESTHOUSE_WEBHOOK_ALLOW.")


def deliver_due(deadline: float) -> int:
    """Send due deliveries until the monotonic `deadline`, each webhook's oldest first.

    After a failure the rest of that webhook waits for the next round. Returns how many were tried.
    """
    due = Delivery.objects.filter(
        state=SendingState.WAITING, next_try_at__lte=timezone.now(), webhook__is_active=True
    )
    rows = due.defer("webhook__url", "webhook__secret").order_by("webhook", "pk")[:AT_ONCE]
    tried = 0
    for _webhook, deliveries in groupby(rows, key=lambda row: row.webhook_id):
        for delivery in deliveries:
            if time.monotonic() > deadline:
                return tried
            if not claiming.claim(delivery):
                continue
            tried += 1
            if not attempt(delivery):
                break
    return tried


def attempt(delivery: Delivery) -> bool:
    """Try once and note how it went; say whether it was taken."""
    try:
        status, answer = _post(delivery)
    except requests.RequestException as error:
        claiming.failed(delivery, _words(error), status_code=None, answer="")
        return False
    except VaultError as error:
        claiming.failed(delivery, error.message, status_code=None, answer="")
        return False
    if 200 <= status < 300:
        claiming.sent(delivery, status_code=status, answer=answer)
        return True
    claiming.failed(delivery, f"HTTP {status}", status_code=status, answer=answer)
    return False


def headers_of(delivery: Delivery, timestamp: int, body: bytes) -> dict[str, str]:
    """Return what the receiver checks."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "Guesthouse",
        "Guesthouse-Delivery": str(delivery.number),
        "Guesthouse-Event": delivery.action,
        "Guesthouse-Timestamp": str(timestamp),
        "Guesthouse-Signature": signature(delivery.webhook.secret, timestamp, body),
    }


def _post(delivery: Delivery) -> tuple[int, str]:
    body = delivery.body.encode()
    headers = headers_of(delivery, int(time.time()), body)
    with requests.Session() as session, outside_only():
        session.trust_env = False  # no proxy, no .netrc
        with session.post(
            str(delivery.webhook.url),
            data=body,
            headers=headers,
            timeout=SECONDS,
            allow_redirects=False,
            stream=True,
        ) as answer:
            start = next(answer.iter_content(READ), b"")
            return answer.status_code, start.decode("utf-8", "replace").replace("\0", "")[:READ]


def _words(error: BaseException) -> str:
    """Say why there was no answer, without the address, which may hold a token."""
    cause: BaseException | None = error
    seen = 0
    while cause is not None and seen < 12:
        if isinstance(cause, ForbiddenAddressError):
            return INSIDE
        if isinstance(cause, OSError) and cause.strerror:
            return str(cause.strerror)
        reason = getattr(cause, "reason", None)
        inner = cause.args[0] if cause.args and isinstance(cause.args[0], Exception) else None
        cause = reason if isinstance(reason, Exception) else inner or cause.__context__
        seen += 1
    return type(error).__name__
