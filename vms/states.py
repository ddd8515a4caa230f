"""The states of a machine and how they are drawn: one home for word, tone and glyph."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class VMState(models.TextChoices):
    """What libvirt says of a guest; the values are those of `virt.types.DomainState`."""

    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    BLOCKED = "blocked", _("Blocked")
    SHUTTING_DOWN = "shutting_down", _("Shutting down")
    OFF = "off", _("Off")
    CRASHED = "crashed", _("Crashed")
    SAVED = "saved", _("Saved")
    ASLEEP = "asleep", _("Asleep")
    UNKNOWN = "unknown", _("Unknown")


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
