"""Send what is due to people: by mail, and to their targets."""

import logging
import smtplib
import time

import apprise
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.access import ActionRefused
from vault.errors import VaultError

from . import claiming
from .guard import outside_only
from .models import Posting, SendingState

AT_ONCE = 100
REFUSED = gettext_noop("The service did not take the message.")
# Services that speak HTTP or SMTP from the calling thread; none that runs programs or writes files.
SERVICES = frozenset(
    {
        "bark",
        "bluesky",
        "discord",
        "form",
        "forms",
        "gchat",
        "gotify",
        "gotifys",
        "json",
        "jsons",
        "line",
        "mailto",
        "mailtos",
        "mastodon",
        "mastodons",
        "matrix",
        "matrixs",
        "mmost",
        "mmosts",
        "msteams",
        "ncloud",
        "nclouds",
        "nctalk",
        "nctalks",
        "ntfy",
        "ntfys",
        "opsgenie",
        "pagerduty",
        "pbul",
        "pover",
        "prowl",
        "pushplus",
        "rocket",
        "rockets",
        "ryver",
        "signal",
        "signals",
        "slack",
        "splunk",
        "spugpush",
        "tgram",
        "twilio",
        "webexteams",
        "workflow",
        "workflows",
        "wxteams",
        "xml",
        "xmls",
        "zulip",
    }
)

logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its lines hold addresses with tokens


def service_of(url: str) -> str:
    """Return the name of the service of a target. Raises ActionRefused where it is none."""
    scheme = url.partition("://")[0].lower()
    found = apprise.Apprise.instantiate(url) if scheme in SERVICES else None
    if found is None:
        raise ActionRefused(
            _("This address names no service that can be used, such as ntfy://topic."),
            code="bad-target",
            status=422,
        )
    return str(found.service_name or scheme)[:60]


def post_due(deadline: float) -> int:
    """Send due messages until the monotonic `deadline`; returns how many were tried."""
    due = Posting.objects.filter(state=SendingState.WAITING, next_try_at__lte=timezone.now())
    tried = 0
    for pk in list(due.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        if time.monotonic() > deadline:
            break
        row = Posting.objects.select_related("user").get(pk=pk)
        if claiming.claim(row):
            tried += 1
            attempt(row)
    return tried


def attempt(row: Posting) -> bool:
    """Try once and note how it went; say whether it was taken."""
    try:
        error = _mail(row) if row.target_id is None else _notify(row)
    except VaultError as problem:
        error = problem.message
    if error:
        claiming.failed(row, error)
        return False
    claiming.sent(row)
    return True


def _notify(row: Posting) -> str:
    """Hand the message to the target's service; return why not."""
    assert row.target is not None
    with outside_only():
        service = apprise.Apprise.instantiate(str(row.target.url))
        taken = service is not None and service.notify(body=body_of(row), title=row.subject)
    return "" if taken else REFUSED


def _mail(row: Posting) -> str:
    """Send the message by mail; return why not."""
    if row.user is None or not row.user.is_active or not row.user.email:
        return ""
    message = EmailMessage(row.subject.replace("\n", " "), body_of(row), to=[row.user.email])
    try:
        message.send()
    except (smtplib.SMTPException, OSError) as error:
        return type(error).__name__
    return ""


def body_of(row: Posting) -> str:
    """Return the words of a message, with the page's full address where the site knows its own."""
    parts = [row.text]
    if row.url and settings.SITE_URL:
        parts.append(settings.SITE_URL.rstrip("/") + row.url)
    return "\n\n".join(part for part in parts if part) or row.subject
