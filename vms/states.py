"""The states of a machine and how they are drawn: one home for word, tone and glyph."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class VMState(models.TextChoices):
    """What libvirt says of a guest; the values are those of `virt.facts.domain.DomainState`."""

    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    BLOCKED = "blocked", _("Blocked")
    SHUTTING_DOWN = "shutting_down", _("Shutting down")
    OFF = "off", _("Off")
    CRASHED = "crashed", _("Crashed")
    SAVED = "saved", _("Saved")
    ASLEEP = "asleep", _("Asleep")
    UNKNOWN = "unknown", _("Unknown")


ON = frozenset(
    {
        VMState.RUNNING,
        VMState.PAUSED,
        VMState.BLOCKED,
        VMState.SHUTTING_DOWN,
        VMState.ASLEEP,
    }
)

# What a machine is shown as while a job of this kind changes it: one of `IN_FLIGHT`.
BUSY: dict[str, str] = {
    "vm.start": "starting",
    "vm.shutdown": "shutting_down",
    "vm.reboot": "restarting",
    "vm.reset": "resetting",
    "vm.force_off": "forcing_off",
    "vm.pause": "pausing",
    "vm.resume": "resuming",
    "vm.save": "saving",
    "vm.restore": "restoring",
    "vm.create": "creating",
    "vm.delete": "deleting",
    "vm.recycle": "recycling",
    "vm.recover": "recovering",
    "vm.migrate": "migrating",
    "vm.resize": "resizing",
    "vm.keep_size": "resizing",
    "vm.grow": "resizing",
}
IN_FLIGHT: dict[str, str | Promise] = {
    "starting": _("Starting"),
    "shutting_down": _("Shutting down"),
    "restarting": _("Restarting"),
    "resetting": _("Resetting"),
    "forcing_off": _("Forcing off"),
    "pausing": _("Pausing"),
    "resuming": _("Resuming"),
    "saving": _("Saving"),
    "restoring": _("Restoring"),
    "creating": _("Creating"),
    "deleting": _("Deleting"),
    "recycling": _("Moving to the recycle bin"),
    "recovering": _("Coming out of the recycle bin"),
    "migrating": _("Migrating"),
    "resizing": _("Changing its size"),
    "working": _("Working"),
}

# Pauses that pass by themselves, from work that somebody else does on the host.
_PASSING: dict[str, str] = {
    "starting": "starting",
    "shutting-down": "shutting_down",
    "save": "saving",
    "dump": "working",
    "snapshot": "working",
    "migration": "migrating",
    "post-copy": "migrating",
}

# A guest in one of these pauses waits for its memory, or has sent it away.
ARRIVING = frozenset({"starting", "migration", "post-copy"})

# Why nothing may be done with a machine, and what it is shown as.
HOLDS: dict[str, str | Promise] = {
    "two-copies": _("on two hosts"),
    "undetermined": _("not known where"),
    "lost": _("failed migration"),
}
UNKNOWING = frozenset({"undetermined", "lost"})

# Reasons worth a word beside the state; the others say nothing that people need.
REASONS: dict[str, str | Promise] = {
    "io-error": _("disk I/O"),
    "watchdog": _("watchdog"),
    "api-error": _("libvirt error"),
    "post-copy-failed": _("failed migration"),
    "not-responding": _("not responding"),
    "panicked": _("kernel panic"),
    "failed": _("did not start"),
    "by-user": _("by hand"),
    "from-snapshot": _("from a snapshot"),
    **HOLDS,
}


def busy_state(kind: str) -> str:
    """Return the state to show while a job of `kind` runs."""
    return BUSY.get(kind, "working")


def passing_state(state: str, reason: str) -> str:
    """Return the state to show for a pause that passes by itself, or ""."""
    return _PASSING.get(reason, "") if state == VMState.PAUSED else ""


def word_of(state: str) -> str | Promise:
    """Return the word for a state or for one in flight."""
    if state in IN_FLIGHT:
        return IN_FLIGHT[state]
    return VMState(state).label if state in VMState.values else VMState.UNKNOWN.label


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is drawn: tone of the disc and Tabler glyph ("" for the hollow ring)."""

    tone: str
    glyph: str
    word: str | Promise


LOOKS: dict[str, Look] = {
    VMState.RUNNING: Look("leaf", "player-play-filled", VMState.RUNNING.label),
    VMState.PAUSED: Look("amber", "player-pause-filled", VMState.PAUSED.label),
    VMState.BLOCKED: Look("brick", "hand-stop", VMState.BLOCKED.label),
    VMState.SHUTTING_DOWN: Look("spin", "loader-2", VMState.SHUTTING_DOWN.label),
    VMState.OFF: Look("ring", "", VMState.OFF.label),
    VMState.CRASHED: Look("brick", "x", VMState.CRASHED.label),
    VMState.SAVED: Look("sky", "moon-filled", VMState.SAVED.label),
    VMState.ASLEEP: Look("sky", "zzz", VMState.ASLEEP.label),
    VMState.UNKNOWN: Look("dash", "question-mark", VMState.UNKNOWN.label),
    "busy": Look("spin", "loader-2", ""),
}
