"""How states are drawn: the looks of machines, hosts and jobs, gathered for templates."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hosts.models import Duty, HostState
from jobs.kinds import UnknownKind, get_kind
from jobs.models import JobState
from vms.states import IN_FLIGHT, LOOKS, REASONS, Look

Looks = dict[str, Look]

WAY_OUT = frozenset({"shutting_down", "forcing_off", "saving", "pausing", "deleting"})


def _in_flight(state: str, word: str | Promise) -> Look:
    """A ring while something happens: slate on the way out, iris else."""
    if state == "migrating":
        return Look("iris", "arrow-right", word)
    return Look("spin gh-disc--slate" if state in WAY_OUT else "spin", "loader-2", word)


MACHINE_LOOKS: Looks = {
    **{state: look for state, look in LOOKS.items() if look.word},
    **{state: _in_flight(state, word) for state, word in IN_FLIGHT.items()},
}

HOST_LOOKS: Looks = {
    HostState.CONNECTING: Look("spin", "loader-2", HostState.CONNECTING.label),
    HostState.ONLINE: Look("leaf", "player-play-filled", HostState.ONLINE.label),
    HostState.NOT_READY: Look("amber", "alert-triangle", HostState.NOT_READY.label),
    Duty.DRAINING: Look("iris", "tool", Duty.DRAINING.label),
    Duty.MAINTENANCE: Look("iris", "tool", Duty.MAINTENANCE.label),
    HostState.UNREACHABLE: Look("dash", "question-mark", HostState.UNREACHABLE.label),
}

JOB_LOOKS: Looks = {
    JobState.QUEUED: Look("slate", "clock", JobState.QUEUED.label),
    JobState.RUNNING: Look("iris", "loader-2", JobState.RUNNING.label),
    JobState.SUCCEEDED: Look("leaf", "circle-check", JobState.SUCCEEDED.label),
    JobState.FAILED: Look("brick", "alert-circle", JobState.FAILED.label),
    JobState.CANCELLED: Look("slate", "circle-minus", JobState.CANCELLED.label),
    JobState.UNDETERMINED: Look("amber", "alert-triangle", JobState.UNDETERMINED.label),
}

# Shown as the normal case, in second ink; everything else asks for a look.
CALM = frozenset({"running", "off", "saved", "asleep", "unknown", "online"})
PILL_TONES = {"dash": "", "ring": "", "spin": "iris", "spin gh-disc--slate": ""}
UNKNOWN = Look("dash", "question-mark", _("Unknown"))


REASON_WORDS = REASONS


def look_of(state: str) -> Look:
    """Return how `state` of a machine or a host is drawn."""
    return MACHINE_LOOKS.get(state) or HOST_LOOKS.get(state) or UNKNOWN


def job_look(state: str) -> Look:
    """Return how `state` of a job is drawn."""
    return JOB_LOOKS.get(state, UNKNOWN)


def job_title(kind: str) -> str | Promise:
    """Return the verb of a kind of job, such as "Start"."""
    try:
        return get_kind(kind).title
    except UnknownKind:
        return kind


def word_tone(state: str) -> str:
    """Return the suffix of the word's class: calm, brick or none."""
    if state in CALM:
        return "calm"
    return "brick" if look_of(state).tone == "brick" else ""


def pill_tone(state: str) -> str:
    """Return the suffix of the pill's class."""
    if state == HostState.UNREACHABLE:
        return "brick"
    tone = look_of(state).tone
    return PILL_TONES.get(tone, tone)
