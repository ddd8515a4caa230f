"""The filters of the list in words, and what each can be set to."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.access import Capability, is_admin
from accounts.in_teams import teams_where
from accounts.models import User
from hosts.models import Host
from vms.filters import MachineFilter
from vms.models import VM, Tag
from vms.states import VMState

FILTER_NAMES = {
    "state": _("State"),
    "host": _("Host"),
    "tag": _("Tag"),
    "owner": _("Owner"),
    "team": _("Team"),
    "use": _("Use"),
    "snapshots": _("Snapshots"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a filter's select box."""

    value: str
    label: object
    is_chosen: bool


def choices(user: User, wanted: MachineFilter) -> Iterator[tuple[str, object, list[Choice]]]:
    """Yield the select boxes of the filter dialog: key, name and entries."""
    names: dict[str, list[str]] = {"state": ["attention", *VMState.values]}
    seen = VM.objects.allowing(user, Capability.VM_VIEW)
    tags = Tag.objects.filter(pk__in=VM.tags.through.objects.filter(vm__in=seen).values("tag"))
    names["tag"] = list(tags.values_list("name", flat=True))
    names["team"] = list(teams_where(user, Capability.TEAM_VIEW).values_list("slug", flat=True))
    names["use"] = ["idle"]
    names["snapshots"] = ["old", "any"]
    if is_admin(user):
        names["host"] = list(Host.objects.values_list("name", flat=True))
        owners = User.objects.filter(is_active=True).order_by("username")
        names["owner"] = ["me", "nobody", *owners.values_list("username", flat=True)]
    for name, values in names.items():
        chosen = wanted.values.get(name, ())
        yield name, FILTER_NAMES[name], [Choice(v, label_of(name, v), v in chosen) for v in values]


def label_of(name: str, value: str) -> object:
    """Return the words for one value of a filter."""
    if value.startswith("!"):
        return _("not %(value)s") % {"value": label_of(name, value[1:])}
    words = {
        ("state", "attention"): _("Needs attention"),
        ("use", "idle"): _("Idle"),
        ("snapshots", "old"): _("Old or many layers"),
        ("snapshots", "any"): _("Has snapshots"),
        ("owner", "me"): _("Me"),
        ("owner", "nobody"): _("Nobody"),
        ("owner", "shared"): _("Others, shared with me"),
    }
    if (name, value) in words:
        return words[name, value]
    if name == "state" and value in VMState.values:
        return VMState(value).label
    return value
