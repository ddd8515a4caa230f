"""What can be done with a machine as it is now, and if not, why? Pure: no query, no libvirt."""

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import ActionRefused
from jobs.kinds import UnknownKind, get_kind

from .models import VM
from .screens import REASONS, why_no_screen
from .states import VMState, word_of

S = VMState
POWER_ACTIONS: frozenset[str] = frozenset(
    {
        "start",
        "shutdown",
        "reboot",
        "reset",
        "force_off",
        "pause",
        "resume",
        "save",
        "restore",
        "discard_save",
    }
)
BULK_ACTIONS = POWER_ACTIONS | {"delete", "recover"}  # beside those that rooms above register

FITS: dict[str, frozenset[str]] = {
    "start": frozenset({S.OFF, S.CRASHED, S.SAVED}),
    "shutdown": frozenset({S.RUNNING, S.SHUTTING_DOWN}),
    "reboot": frozenset({S.RUNNING}),
    "reset": frozenset({S.RUNNING, S.PAUSED, S.BLOCKED, S.SHUTTING_DOWN}),
    "force_off": frozenset(
        {S.RUNNING, S.PAUSED, S.BLOCKED, S.SHUTTING_DOWN, S.ASLEEP, S.CRASHED, S.UNKNOWN}
    ),
    "pause": frozenset({S.RUNNING}),
    "resume": frozenset({S.PAUSED, S.BLOCKED, S.ASLEEP}),
    "save": frozenset({S.RUNNING, S.PAUSED}),
    "restore": frozenset({S.SAVED}),
    "discard_save": frozenset({S.SAVED}),
    "rename": frozenset({S.OFF, S.CRASHED}),
    "delete": frozenset({S.OFF, S.CRASHED, S.SAVED}),
    "recycle": frozenset(S.values) - {S.UNKNOWN},
    "recover": frozenset(S.values) - {S.UNKNOWN},
    "console": frozenset({S.RUNNING, S.PAUSED, S.BLOCKED, S.SHUTTING_DOWN, S.ASLEEP}),
    "ssh": frozenset({S.RUNNING}),
    "rdp": frozenset({S.RUNNING}),
    "autostart": frozenset(S.values) - {S.UNKNOWN},
    "backup": frozenset({S.RUNNING, S.PAUSED, S.OFF, S.CRASHED}),
    "migrate": frozenset({S.RUNNING, S.PAUSED, S.OFF}),
    "files": frozenset({S.RUNNING}),
    "medium": frozenset({S.RUNNING, S.PAUSED, S.OFF, S.CRASHED}),
    "address": frozenset(S.values),
    "resize": frozenset({S.RUNNING, S.PAUSED, S.OFF, S.CRASHED}),
    "grow": frozenset({S.RUNNING, S.PAUSED, S.OFF, S.CRASHED}),
    "snapshot": frozenset({S.RUNNING, S.PAUSED, S.OFF, S.CRASHED}),
    "revert": frozenset({S.RUNNING, S.PAUSED, S.BLOCKED, S.OFF, S.CRASHED}),
    "merge": frozenset({S.RUNNING, S.PAUSED, S.OFF, S.CRASHED}),
}
_EVEN_SILENT = frozenset(
    {"force_off", "reset", "autostart", "console", "recycle", "recover", "address"}
)
# What only reads or writes our own row, whatever the state.
ALWAYS = frozenset({"tag", "protect", "stay_on", "describe", "own", "listen"})
NEEDS_DEFINITION = frozenset(
    {
        "rename",
        "delete",
        "recycle",
        "autostart",
        "save",
        "discard_save",
        "snapshot",
        "revert",
        "merge",
        "resize",
    }
)
BUT_SAVED = frozenset({"snapshot", "revert", "merge", "resize", "grow"})
SPOILS = frozenset({"delete", "recycle"})
INTERRUPTS = frozenset(
    {"shutdown", "reboot", "reset", "force_off", "pause", "save", "recycle", "revert"}
)
FROM_THE_BIN = frozenset({"delete", "recover"})

VERBS: dict[str, str | Promise] = {
    "start": gettext_lazy("Start"),
    "shutdown": gettext_lazy("Shut down"),
    "reboot": gettext_lazy("Restart"),
    "reset": gettext_lazy("Reset"),
    "force_off": gettext_lazy("Force off"),
    "pause": gettext_lazy("Pause"),
    "resume": gettext_lazy("Resume"),
    "save": gettext_lazy("Save state"),
    "restore": gettext_lazy("Restore"),
    "discard_save": gettext_lazy("Discard saved state"),
    "rename": gettext_lazy("Rename"),
    "delete": gettext_lazy("Delete"),
    "recycle": gettext_lazy("Move to the recycle bin"),
    "recover": gettext_lazy("Restore from the recycle bin"),
    "backup": gettext_lazy("Back up"),
    "migrate": gettext_lazy("Migrate"),
    "files": gettext_lazy("Copy files"),
    "medium": gettext_lazy("Change the CD"),
    "resize": gettext_lazy("Change the size"),
    "grow": gettext_lazy("Grow a disk"),
    "snapshot": gettext_lazy("Take snapshot"),
    "revert": gettext_lazy("Revert"),
    "merge": gettext_lazy("Merge snapshots"),
    "autostart": gettext_lazy("Start with the host"),
    "console": gettext_lazy("Console"),
    "ssh": "SSH",
    "rdp": "RDP",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something cannot be done now: words for people, a code for programs, an HTTP status."""

    message: str
    code: str
    status: int = 409
    extra: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message

    def as_error(self) -> ActionRefused:
        """Return it as the exception that the pages and the API turn into an answer."""
        return ActionRefused(self.message, code=self.code, status=self.status, **self.extra)


def can(vm: VM, action: str) -> Refusal | None:
    """Return why `action` cannot be asked for now, or None when it can.

    Looks at the row, its host and `vm.active_job` (see `vms.busy.attach_jobs`) only.
    """
    if action in ALWAYS:
        return None
    return (
        _held(vm, action)
        or _host_away(vm)
        or _host_on_duty(vm, action)
        or _busy(vm, action)
        or _in_bin(vm, action)
        or _protected(vm, action)
        or _stays_on(vm, action)
        or _ended(vm, action)
        or _wrong_state(vm, action)
        or _not_defined(vm, action)
        or _out_of_reach(vm, action)
        or _keeps_snapshots(vm, action)
    )


def check(vm: VM, action: str) -> None:
    """Raise ActionRefused when `action` cannot be asked for now."""
    if refusal := can(vm, action):
        raise refusal.as_error()


def _held(vm: VM, action: str) -> Refusal | None:
    """Refuse everything while it is not known which guest would be acted on."""
    if not vm.hold or action == "console" or (vm.hold == "lost" and action == "force_off"):
        return None
    return Refusal(str(_HELD[vm.hold]) % {"name": vm.name}, code=vm.hold)


_HELD: dict[str, str | Promise] = {
    "two-copies": gettext_lazy(
        "%(name)s runs on two hosts at once. Decide which copy ends before anything else."
    ),
    "undetermined": gettext_lazy(
        "It is not known yet where %(name)s is: it moved, and a host does not answer."
    ),
    "lost": gettext_lazy(
        "%(name)s was lost on the way between two hosts. End what is left of it on both."
    ),
}


def _host_away(vm: VM) -> Refusal | None:
    host = vm.host
    if host.is_online:
        return None
    return Refusal(
        _("%(name)s's host does not answer. Guesthouse keeps trying to reach it.")
        % {"name": vm.name},
        code="host-unreachable",
        status=503,
        extra={"since": host.state_since},
    )


def _host_on_duty(vm: VM, action: str) -> Refusal | None:
    """Let nothing come up on a host that is being emptied, or is in maintenance."""
    if action not in {"start", "restore"} or not vm.host.duty:
        return None
    return Refusal(
        _("%(name)s's host is in maintenance. Start it afterwards, or on another host.")
        % {"name": vm.name},
        code="maintenance",
    )


def _busy(vm: VM, action: str) -> Refusal | None:
    job = vm.active_job
    if job is None or action in {"console", "files", "ssh", "rdp"}:
        return None
    try:
        title = get_kind(job.kind).title
    except UnknownKind:
        title = job.kind
    return Refusal(
        _("%(name)s is busy: %(job)s. Wait for it or cancel it.") % {"name": vm.name, "job": title},
        code="busy",
        extra={"job": job},
    )


def _in_bin(vm: VM, action: str) -> Refusal | None:
    """Let nothing be done with a machine in the bin but to take it out, or to delete it."""
    if vm.is_in_bin == (action == "recover") or (vm.is_in_bin and action in FROM_THE_BIN):
        return None
    if vm.is_in_bin:
        message = _("%(name)s is in the recycle bin. Restore it first.")
        return Refusal(message % {"name": vm.name}, code="in-bin")
    message = _("%(name)s is not in the recycle bin.")
    return Refusal(message % {"name": vm.name}, code="not-in-bin")


def _protected(vm: VM, action: str) -> Refusal | None:
    if action not in SPOILS or not vm.is_protected:
        return None
    return Refusal(
        _("%(name)s is protected. Lift the protection first.") % {"name": vm.name},
        code="protected",
    )


def _stays_on(vm: VM, action: str) -> Refusal | None:
    if action not in INTERRUPTS or not vm.stays_on or not vm.is_on:
        return None
    return Refusal(
        _("%(name)s is protected against stopping. Lift that first.") % {"name": vm.name},
        code="stays-on",
    )


def _ended(vm: VM, action: str) -> Refusal | None:
    if action not in {"start", "restore"} or vm.ends_at is None or vm.ends_at > timezone.now():
        return None
    return Refusal(
        _("The time of %(name)s is over. Extend it first.") % {"name": vm.name}, code="ended"
    )


def _wrong_state(vm: VM, action: str) -> Refusal | None:
    if vm.is_unresponsive and action not in _EVEN_SILENT:
        return Refusal(
            _("%(name)s does not respond. It can only be forced off.") % {"name": vm.name},
            code="not-responding",
        )
    fits = vm.state in FITS.get(action, frozenset())
    if action in {"start", "rename", "delete"} and vm.state == S.CRASHED and vm.is_on:
        fits = False
    if action == "force_off" and vm.state == S.CRASHED and not vm.is_on:
        fits = False
    if action == "pause" and vm.shown_state != S.RUNNING and vm.active_job is None:
        fits = False
    if fits:
        return None
    return Refusal(_state_sentence(vm, action), code="wrong-state", extra={"state": vm.state})


def _state_sentence(vm: VM, action: str) -> str:
    names = {"name": vm.name, "state": str(word_of(vm.state)).lower()}
    if vm.state == S.UNKNOWN:
        return _("It is not known what %(name)s does now.") % names
    if action in BUT_SAVED and vm.state == S.SAVED:
        return _("%(name)s is saved. Restore it, or discard the saved state, first.") % names
    if action in {"rename", "delete"}:
        return _("%(name)s has to be off for this. Shut it down first.") % names
    if action in {"restore", "discard_save"}:
        return _("%(name)s has no saved state.") % names
    if action == "start":
        return _("%(name)s is on already (%(state)s).") % names
    if vm.state in {S.OFF, S.SAVED, S.CRASHED}:
        return _("%(name)s is off. Start it first.") % names
    if action in {"shutdown", "reboot"} and vm.state in {S.PAUSED, S.BLOCKED, S.ASLEEP}:
        return _("%(name)s is %(state)s and would not hear it. Resume it first.") % names
    return _("This does not fit: %(name)s is %(state)s.") % names


def _keeps_snapshots(vm: VM, action: str) -> Refusal | None:
    """Refuse a new name to a machine whose snapshots have the old one in them, as libvirt does."""
    if action != "rename" or not vm.snapshot_count:
        return None
    text = _("%(name)s has snapshots, which keep its name. Delete them first.")
    return Refusal(text % {"name": vm.name}, code="has-snapshots")


def _out_of_reach(vm: VM, action: str) -> Refusal | None:
    """Refuse a console of which neither the screen nor the text can be shown here."""
    key = why_no_screen(vm) if action == "console" and not vm.has_serial else ""
    key = key and why_no_screen(vm, "spice") and key
    # A machine that never had a screen may get one; its console's page says how.
    return Refusal(str(REASONS[key]), code=key) if key.startswith("display-") else None


def _not_defined(vm: VM, action: str) -> Refusal | None:
    if action not in NEEDS_DEFINITION or vm.is_persistent:
        return None
    return Refusal(
        _("%(name)s exists only while it runs: its host keeps no definition of it.")
        % {"name": vm.name},
        code="transient",
    )
