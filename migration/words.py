"""What happened during a migration, in words: the keys of `Migration.events`."""

from typing import Any, TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Event(TypedDict):
    """One thing that happened. `at` is ISO time, `who` the name of a person, "" for nobody."""

    at: str
    what: str
    who: str
    facts: dict[str, Any]


EVENTS: dict[str, str | Promise] = {
    "began": _("Began to copy"),
    "carrying": _("Began to copy the disks through Guesthouse; the machine is off"),
    "adopted": _("Another worker took over; the migration went on meanwhile"),
    "bandwidth": _("Limit set to %(value)s MiB/s"),
    "max_downtime_ms": _("Longest pause set to %(value)s ms"),
    "post_copy": _("The machine goes on at the target; there is no way back"),
    "pause": _("The machine is paused so that the rest can be copied"),
    "refused": _("The host did not accept this: %(message)s"),
    "switching": _("Switching over"),
    "resumed": _("The machine goes on at the target"),
    "cancel": _("Cancelled"),
    "failed": _("libvirt gave up: %(message)s"),
    "unreachable": _("%(host)s does not answer, so it is not known where the machine is"),
    "migrated": _("The machine is on %(host)s"),
    "stayed": _("The machine is on %(host)s, where it was"),
    "crashed": _("The machine stopped on the way"),
    "two-copies": _("The machine runs on both hosts"),
    "lost": _("The machine was lost on the way"),
    "leftover": _("A definition of the machine was left on %(host)s"),
    "disks_removed": _("What was copied to %(host)s was deleted again"),
    "old_disks": _("The old disks are still on %(host)s"),
    "old_disks_removed": _("The old disks on %(host)s were deleted"),
}


def sentence_of(event: Event) -> str:
    """Return the event in the reader's language; an unknown key as it is."""
    text = str(EVENTS.get(event["what"], event["what"]))
    return text % event["facts"] if "%(" in text else text
