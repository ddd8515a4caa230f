"""The forms of this room. They offer and clean; what may be is decided by the services."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Capability, is_admin
from accounts.in_teams import teams_where
from accounts.models import Team, User
from catalogue.services import is_source_for, sizes_for
from hosts.models import Host, HostState
from quotas.models import Resource
from quotas.services import preview
from vms.making.choices import NO_NETWORK, list_images, list_isos, list_networks
from vms.making.sizes import CUSTOM, GIB, MIB

from .affinity.models import PlacementGroup
from .names import LONGEST_DESCRIPTION, LONGEST_NAME
from .services.keeping import end_of_day, usual_end
from .services.wishes import MOST_AT_ONCE, CreateRequest

MIB_PER_GIB = 1024


class CreateForm(forms.Form):
    """A new machine in four choices, of what its team is offered.

    `to_request` gives what the service takes.
    """

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    count = forms.IntegerField(
        label=_("How many"), required=False, initial=1, min_value=1, max_value=MOST_AT_ONCE
    )
    source = forms.ChoiceField(label=_("Image"))
    size = forms.ChoiceField(label=_("Size"), initial="small")
    vcpus = forms.IntegerField(label=_("Processors"), required=False, min_value=1)
    memory_mib = forms.IntegerField(label=_("Memory (MiB)"), required=False, min_value=1)
    disk_gib = forms.DecimalField(
        label=_("Disk (GiB)"), required=False, min_value=0, decimal_places=3
    )
    team = forms.ChoiceField(label=_("Team"), required=False)
    ends_on = forms.DateField(
        label=_("Keep until"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    comment = forms.CharField(
        label=_("What is it for?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    network = forms.ChoiceField(label=_("Network"), required=False)
    host = forms.ChoiceField(label=_("Host"), required=False)
    group = forms.ChoiceField(label=_("Placement group"), required=False)
    firmware = forms.ChoiceField(
        label=_("Firmware"),
        required=False,
        choices=[
            ("bios", _("BIOS")),
            ("uefi", _("UEFI")),
            ("uefi-secure", _("UEFI with Secure Boot")),
        ],
    )
    tpm = forms.BooleanField(label=_("TPM 2.0"), required=False)
    display = forms.ChoiceField(
        label=_("Display"),
        required=False,
        choices=[("vnc", "VNC"), ("spice", "SPICE"), ("both", _("VNC and SPICE"))],
    )
    clipboard = forms.BooleanField(label=_("Share the clipboard with the guest"), required=False)
    start = forms.BooleanField(label=_("Start it at once"), required=False, initial=True)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=LONGEST_DESCRIPTION,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, user: User, data: Mapping[str, Any] | None = None, *, team: str | None = None
    ) -> None:
        super().__init__(data)
        self.teams = {each.slug: each for each in teams_where(user, Capability.VM_CREATE)}
        wanted = data.get("team", "") if data is not None else team
        self.for_team = self.teams.get(self._usual_team(user) if wanted is None else wanted)
        own: list[tuple[str, Any]] = [("", _("Personal"))] if _may_be_personal(user) else []
        self._offer("team", [*own, *((team.slug, team.name) for team in self.teams.values())])
        self.fields["team"].initial = self.for_team.slug if self.for_team else ""
        self.fields["ends_on"].initial = _day_of(usual_end(self.for_team))
        self._offer("source", _sources(user, self.for_team), first_is_default=True)
        self.sizes = sizes_for(user, self.for_team)
        self._offer("size", [(size.slug, size.label) for size in self.sizes])
        self.fields["size"].initial = self._usual_size()
        self._offer("network", _networks(user, self.for_team))
        self._offer("group", _groups(user, self.for_team))
        if is_admin(user):
            self._offer("host", _hosts())
        else:
            del self.fields["host"]

    def _usual_team(self, user: User) -> str:
        """Return the team to begin with: the person's only one."""
        slugs = list(self.teams)
        if slugs and not _may_be_personal(user):
            return slugs[0]
        return slugs[0] if len(slugs) == 1 and not is_admin(user) else ""

    def _usual_size(self) -> str:
        slugs = [size.slug for size in self.sizes if not size.needs_approval]
        return "small" if "small" in slugs else next(iter(slugs), "")

    def _offer(
        self, name: str, choices: list[tuple[str, Any]], *, first_is_default: bool = False
    ) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        if first_is_default and choices:
            field.initial = choices[0][0]

    def begin_with(self, chosen: Mapping[str, Any]) -> None:
        """Choose an offered image and size before anything is typed."""
        for name in ("source", "size"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            if chosen.get(name) in dict(field.choices):  # type: ignore[arg-type]
                field.initial = chosen[name]

    def to_request(self) -> CreateRequest:
        """Return the cleaned values; call it on a valid form."""
        data = self.cleaned_data
        own = data["size"] == CUSTOM
        disk = data["disk_gib"]
        return CreateRequest(
            name=data["name"],
            source=data["source"],
            host_id=int(data["host"]) if data.get("host") else None,
            size=data["size"],
            vcpus=data["vcpus"] if own else None,
            memory=(data["memory_mib"] or 0) * MIB if own else None,
            disk=int(disk * GIB) if own and disk is not None else None,
            network=data["network"],
            firmware=data["firmware"] or "bios",
            tpm=data["tpm"],
            display=data["display"] or "vnc",
            clipboard=data["clipboard"],
            start=data["start"],
            description=data["description"],
            team_id=self.for_team.pk if self.for_team else None,
            ends_at=end_of_day(data["ends_on"]),
            group_id=int(data["group"]) if data["group"] else None,
        )

    @property
    def how_many(self) -> int:
        """How many machines are wished; 1 while nothing sensible is typed."""
        if not self.is_bound:
            return 1
        self.is_valid()
        return int(self.cleaned_data.get("count") or 1)

    def add_refused(self, fields: dict[str, str]) -> None:
        """Show the service's refusal at the fields it names."""
        homes = {"memory": "memory_mib", "disk": "disk_gib", "ends_at": "ends_on"}
        for name, message in fields.items():
            home = homes.get(name, name)
            self.add_error(home if home in self.fields else None, message)


def _may_be_personal(user: User) -> bool:
    """Say whether people may have machines of their own at all."""
    limits = {line.resource: line.limit for line in preview(None, user, {})}
    return limits.get(Resource.MACHINES) != 0


def _day_of(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def _sources(user: User, team: Team | None) -> list[tuple[str, Any]]:
    images = [(f"image:{image.key}", image.name) for image in list_images()]
    isos = dict.fromkeys((iso.key, f"{iso.volume} ({iso.pool})") for iso in list_isos())
    sources: list[tuple[str, Any]] = [*images, *isos, ("network", _("Boot from the network"))]
    return [source for source in sources if is_source_for(user, team, source[0])]


def _networks(user: User, team: Team | None) -> list[tuple[str, Any]]:
    names = [(name, name) for name in list_networks(user, team)]
    return [("", _("The usual one")), *names, (NO_NETWORK, _("No network"))]


def _groups(user: User, team: Team | None) -> list[tuple[str, Any]]:
    """Return the team's groups, and the administrators' to them."""
    offered = Q(team=team) if team else Q(pk__in=[])
    if is_admin(user):
        offered |= Q(team=None)
    rows = PlacementGroup.objects.filter(offered)
    return [("", _("None")), *((str(row.pk), row.name) for row in rows)]


def _hosts() -> list[tuple[str, Any]]:
    hosts = Host.objects.filter(state=HostState.ONLINE, duty="")
    return [("", _("Automatic")), *((str(host.pk), host.name) for host in hosts)]


class RenameForm(forms.Form):
    """Another name."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)


class DeleteForm(forms.Form):
    """Deletion: past the bin or not, whether the disks go too, and the name typed to confirm."""

    for_good = forms.BooleanField(label=_("Skip the bin"), required=False)
    with_disks = forms.BooleanField(label=_("Delete its disks too"), required=False)
    confirm = forms.CharField(label=_("Name of the machine"), required=False)
    comment = forms.CharField(label=_("Why?"), required=False, max_length=500)


class KeepForm(forms.Form):
    """Until which day a machine is kept; empty is for ever."""

    ends_on = forms.DateField(
        label=_("Keep until"),
        required=False,
        help_text=_("Empty: until somebody deletes it. At the end it is stopped first."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class MediumForm(forms.Form):
    """What is to be in which CD drive."""

    force = forms.BooleanField(label=_("Even if the guest has locked the drive"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        drives: Iterable[str],
        media: Iterable[tuple[str, str]],
    ) -> None:
        super().__init__(data)
        choices = [(drive, drive) for drive in drives]
        self.fields["target"] = forms.ChoiceField(
            label=_("CD drive"), required=False, choices=choices
        )
        self.fields["source"] = forms.ChoiceField(
            label=_("Medium"), required=False, choices=[("", _("None: take it out")), *media]
        )


class DescriptionForm(forms.Form):
    """Free text about a machine."""

    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=LONGEST_DESCRIPTION,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class TagsForm(forms.Form):
    """Tags, separated by commas."""

    tags = forms.CharField(label=_("Tags"), required=False, max_length=1000)

    def clean_tags(self) -> list[str]:
        """Return the single tags."""
        return [part.strip() for part in self.cleaned_data["tags"].split(",") if part.strip()]
