"""What happened, in the reader's language: phases, failures, and what to do next.

Rows keep English; what was marked with `gettext_noop` where it was written is translated here.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .models import Job


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job did not succeed and what to do next; `detail` is for administrators."""

    code: str
    message: str
    hint: str
    detail: str


HINTS: dict[str, str | Promise] = {
    "host-unreachable": _(
        "The host's page says since when. Try again when it answers; whether this was still done "
        "shows then."
    ),
    "not-found": _("It was removed or renamed outside of here. The list shows what is there now."),
    "already-exists": _("Choose another name, then try again."),
    "wrong-state": _("Its state changed meanwhile. Look at it now, then choose again."),
    "unsupported": _("Choose another setting, or another host with a newer libvirt."),
    "access-denied": _("The portal's account lacks a right on this host. Ask an administrator."),
    "out-of-space": _("Free space in the pool or choose another one, then try again."),
    "timeout": _("It may still happen. Look again in a minute, and try again if it did not."),
    "agent-unresponsive": _("Start the QEMU guest agent in the guest, or use the power button."),
    "busy": _("Something else works on it on the host. Wait for its end, then try again."),
    "invalid-definition": _("Change the setting that the details name, then try again."),
    "migration-failed": _("The machine goes on where it was. The details name the cause."),
    "worker-died": _("Ask an administrator to look at the log of the workers."),
    "internal": _("Try again. If it fails again, an administrator finds the cause in the log."),
    "undetermined": _("Look at the target before you try again: it may have been done."),
}
ANYTHING = _("Look at it now, then try again.")


def phase_of(job: "Job") -> str:
    """Return the job's phase in the reader's language."""
    return gettext(job.phase) if job.phase else ""


def remarks_of(job: "Job") -> list[str]:
    """Return what the job says of what it did, in the reader's language."""
    return [gettext(remark) for remark in job.result.get("remarks", ()) if remark]


def failure_of(job: "Job") -> Failure | None:
    """Return why `job` failed or is undetermined, or None."""
    if not job.error_code:
        return None
    hint = HINTS.get(job.error_code, ANYTHING)
    message = gettext(job.error_message) if job.error_message else gettext("It did not succeed.")
    return Failure(job.error_code, message, str(hint), job.error_detail)


def sentence_of(job: "Job") -> str:
    """Return what the job does to what: "Start web01"."""
    words = {"title": job.spec.title, "name": job.target_name}
    return pgettext("job", "%(title)s %(name)s") % words
