"""What do libvirt's state and reason numbers mean."""

import libvirt

from virt.facts.domain import DomainState

_STATES = {
    libvirt.VIR_DOMAIN_NOSTATE: DomainState.UNKNOWN,
    libvirt.VIR_DOMAIN_RUNNING: DomainState.RUNNING,
    libvirt.VIR_DOMAIN_BLOCKED: DomainState.BLOCKED,
    libvirt.VIR_DOMAIN_PAUSED: DomainState.PAUSED,
    libvirt.VIR_DOMAIN_SHUTDOWN: DomainState.SHUTTING_DOWN,
    libvirt.VIR_DOMAIN_SHUTOFF: DomainState.OFF,
    libvirt.VIR_DOMAIN_CRASHED: DomainState.CRASHED,
    libvirt.VIR_DOMAIN_PMSUSPENDED: DomainState.ASLEEP,
}
_REASONS: dict[DomainState, tuple[str, ...]] = {
    DomainState.RUNNING: (
        "",
        "booted",
        "migrated",
        "restored",
        "from-snapshot",
        "resumed",
        "migration-canceled",
        "save-canceled",
        "woken",
        "crashed",
        "post-copy",
        "post-copy-failed",
    ),
    DomainState.PAUSED: (
        "",
        "by-user",
        "migration",
        "save",
        "dump",
        "io-error",
        "watchdog",
        "from-snapshot",
        "shutting-down",
        "snapshot",
        "crashed",
        "starting",
        "post-copy",
        "post-copy-failed",
        "api-error",
    ),
    DomainState.SHUTTING_DOWN: ("", "by-user"),
    DomainState.OFF: (
        "",
        "shutdown",
        "destroyed",
        "crashed",
        "migrated",
        "saved",
        "failed",
        "from-snapshot",
        "daemon",
    ),
    DomainState.CRASHED: ("", "panicked"),
}


def state_of(number: int | None) -> DomainState:
    """Return the state for libvirt's number."""
    return _STATES.get(-1 if number is None else number, DomainState.UNKNOWN)


def reason_of(state: DomainState, number: int | None) -> str:
    """Return the reason as a word, such as "io-error"; "" when there is none or it is unknown."""
    words = _REASONS.get(state, ())
    return words[number] if number is not None and 0 <= number < len(words) else ""


def settled(state: DomainState, reason: str, has_managed_save: bool) -> DomainState:
    """Return what people call it: off with a saved memory image is "saved", off after a crash is
    "crashed".
    """
    if state is DomainState.OFF and has_managed_save:
        return DomainState.SAVED
    if state is DomainState.OFF and reason == "crashed":
        return DomainState.CRASHED
    return state
