"""Of what people can be told, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OTHER = "other"
KINDS: dict[str, str | Promise] = {
    "job-failed": _("A job failed"),
    "screen-failed": _("A machine shows a failure"),
    "alarm": _("A machine runs twice or is lost"),
    "request": _("Requests and answers"),
    "lease": _("End dates of machines"),
    "idle": _("Idle machines"),
    "team": _("Teams and rights"),
    "security": _("Sign-in and security"),
    "posture": _("Security findings"),
    OTHER: _("Everything else"),
}
ICONS = {
    "job-failed": "alert-circle",
    "screen-failed": "alert-triangle",
    "alarm": "alert-triangle",
    "request": "inbox",
    "lease": "clock",
    "idle": "zzz",
    "team": "users",
    "security": "shield-check",
    "posture": "shield-lock",
    OTHER: "bell",
}


def known(kind: str) -> str:
    """Return the kind by which people chose."""
    return kind if kind in KINDS else OTHER
