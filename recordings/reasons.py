"""Why a recording ended, in words for people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STOPPED = "stopped"
# What the room is told about, because nobody wished it.
UNWISHED = {"full-recording", "full-owner", "full-site", "disk", "display", "lost"}
REASONS: dict[str, str | Promise] = {
    STOPPED: _("It was stopped."),
    "left": _("Everybody had left the console."),
    "session": _("The session had ended."),
    "policy": _("The rules do not allow recordings any more."),
    "machine-gone": _("The machine was deleted."),
    "shutting-down": _("The console service was restarted."),
    "lost": _("The console service had stopped. What was written until then is kept."),
    "full-recording": _("It reached the largest size that one recording may have."),
    "full-owner": _("The recordings here reached the largest size that they may have together."),
    "full-site": _("All recordings reached the largest size that they may have together."),
    "disk": _("The portal's disk took no more."),
    "display": _("The screen sent something that cannot be recorded."),
}


def words_of(reason: str) -> str:
    """Return the sentence for a reason, "" where there is none."""
    return str(REASONS.get(reason, ""))
