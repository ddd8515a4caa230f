"""Power: observe, act, record. Each is safe to run twice; what cannot be told apart runs once."""

import time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.access import ActionRefused
from hosts.models import Transport
from jobs.context import JobContext
from virt.errors import NotFound
from virt.facts.domain import DomainState

from .target import Target, target

SHUTDOWN_SECONDS = 120.0
AGENT_SECONDS = 30.0  # then the power button is pressed as well
PRESS_AGAIN_SECONDS = 15.0  # a guest that still boots does not hear the first press
AGENT_PING_SECONDS = 2
WAIT_STEP = 0.25
OFF = frozenset({DomainState.OFF, DomainState.CRASHED, DomainState.SAVED})


def start(job: JobContext) -> None:
    """Start the machine; one with a saved state goes on from there."""
    with target(job) as it:
        if not it.observe().state.is_active:
            it.virsh("start")
            with it.acting():
                it.domain.start()
        it.record()


def force_off(job: JobContext) -> None:
    """Pull the plug."""
    with target(job) as it:
        if it.domain.state().is_active or it.observe().id is not None:
            it.virsh("destroy")
            with it.acting():
                it.domain.force_off()
        it.record()


def pause(job: JobContext) -> None:
    """Stop the processors."""
    with target(job) as it:
        if it.domain.state() is not DomainState.PAUSED:
            it.virsh("suspend")
            with it.acting():
                it.domain.pause()
        it.record()


def resume(job: JobContext) -> None:
    """Let the processors go on, or wake a guest that put itself to sleep."""
    with target(job) as it:
        state = it.domain.state()
        if state is DomainState.ASLEEP:
            it.virsh("dompmwakeup")
            with it.acting():
                it.domain.wake()
        elif state is DomainState.PAUSED:
            it.virsh("resume")
            with it.acting():
                it.domain.resume()
        it.record()


def reset(job: JobContext) -> None:
    """Press the reset button, once."""
    with target(job) as it:
        if not _asked_before(job):
            it.virsh("reset")
            with it.acting():
                it.domain.reset()
        it.record()


def reboot(job: JobContext) -> None:
    """Ask the guest to restart, once: the agent where it answers, else by the power button."""
    with target(job) as it:
        if not _asked_before(job):
            mode = "agent" if _agent_answers(it) else _button(it)
            it.virsh("reboot", "--mode", mode)
            with it.acting():
                it.domain.reboot(mode)
        it.record()


def shutdown(job: JobContext) -> None:
    """Ask the guest to shut down and follow it until it is off; cancelling stops the waiting."""
    with target(job) as it, it.acting():
        if not _is_off(it):
            _follow(it, with_agent=_agent_answers(it))
        it.record()


def bring_down(it: Target) -> None:
    """Ask the guest to shut down; pull the plug of one that cannot hear or does not obey.

    Cancelling stops the waiting and leaves the guest as it is.
    """
    state = it.domain.state()
    if state is DomainState.RUNNING:
        try:
            with it.acting():
                _follow(it, with_agent=_agent_answers(it))
        except ActionRefused as error:
            if error.code != "timeout":
                raise
    if not _is_off(it):
        it.virsh("destroy")
        with it.acting():
            it.domain.force_off()


def _follow(it: Target, *, with_agent: bool) -> None:
    begun = time.monotonic()
    pressed = begun
    _ask(it, "agent" if with_agent else _button(it))
    it.record()
    while not _is_off(it):
        now = time.monotonic()
        patience = AGENT_SECONDS if with_agent else PRESS_AGAIN_SECONDS
        if now - begun > SHUTDOWN_SECONDS:
            it.record()
            raise ActionRefused(_too_slow(it), code="timeout")
        if now - pressed > patience:
            with_agent, pressed = False, now
            _ask(it, _button(it))
        it.job.check_cancelled()
        time.sleep(WAIT_STEP)


def _ask(it: Target, mode: str) -> None:
    asked = gettext_noop("Asked the guest agent, waiting")
    pressed = gettext_noop("Pressed the power button, waiting")
    it.job.progress(None, asked if mode == "agent" else pressed)
    it.virsh("shutdown", "--mode", mode)
    if not _is_off(it):
        it.domain.shutdown(mode)


def _is_off(it: Target) -> bool:
    """Say whether the guest is off; one without a definition is gone then."""
    try:
        return it.domain.state() in OFF
    except NotFound:
        return True


def _too_slow(it: Target) -> str:
    return _(
        "%(name)s did not shut down within %(minutes)d minutes. "
        "Force it off, or look at its console."
    ) % {"name": it.vm.name, "minutes": round(SHUTDOWN_SECONDS / 60)}


def _button(it: Target) -> str:
    """Return the mode that presses the power button; a simulated host knows no modes."""
    return "auto" if it.vm.host.transport == Transport.TEST else "acpi"


def _agent_answers(it: Target) -> bool:
    return bool(it.observe().agent_connected) and it.domain.ping_agent(AGENT_PING_SECONDS)


def _asked_before(job: JobContext) -> bool:
    """Say whether an earlier attempt may have acted; note that this one does."""
    before: dict[str, Any] = job.job.result
    if before.get("asked"):
        return True
    job.note(asked=True)
    return False
