"""The forms of this room. They offer and clean; what may be is decided by the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access import is_admin
from accounts.models import User
from hosts.models import Host, HostState

from .choices import NO_NETWORK, list_images, list_isos, list_networks
from .names import LONGEST_DESCRIPTION, LONGEST_NAME
from .services.wishes import CreateRequest
from .sizes import CUSTOM, GIB, MIB, SIZES

MIB_PER_GIB = 1024


class CreateForm(forms.Form):
    """A new machine in four choices. `to_request` gives what the service takes."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    source = forms.ChoiceField(label=_("Image"))
    size = forms.ChoiceField(label=_("Size"), initial="small")
    vcpus = forms.IntegerField(label=_("Processors"), required=False, min_value=1)
    memory_mib = forms.IntegerField(label=_("Memory (MiB)"), required=False, min_value=1)
    disk_gib = forms.DecimalField(
        label=_("Disk (GiB)"), required=False, min_value=0, decimal_places=3
    )
    network = forms.ChoiceField(label=_("Network"), required=False)
    host = forms.ChoiceField(label=_("Host"), required=False)
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
    start = forms.BooleanField(label=_("Start it at once"), required=False, initial=True)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=LONGEST_DESCRIPTION,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("source", _sources(), first_is_default=True)
        self._offer("size", [*((s.key, s.name) for s in SIZES.values()), (CUSTOM, _("Custom"))])
        self._offer("network", _networks())
        if is_admin(user):
            self._offer("host", _hosts())
        else:
            del self.fields["host"]

    def _offer(
        self, name: str, choices: list[tuple[str, Any]], *, first_is_default: bool = False
    ) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        if first_is_default and choices:
            field.initial = choices[0][0]

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
            start=data["start"],
            description=data["description"],
        )

    def add_refused(self, fields: dict[str, str]) -> None:
        """Show the service's refusal at the fields it names."""
        homes = {"memory": "memory_mib", "disk": "disk_gib"}
        for name, message in fields.items():
            home = homes.get(name, name)
            self.add_error(home if home in self.fields else None, message)


def _sources() -> list[tuple[str, Any]]:
    images = [(f"image:{image.key}", image.name) for image in list_images()]
    isos = dict.fromkeys((iso.key, f"{iso.volume} ({iso.pool})") for iso in list_isos())
    return [*images, *isos, ("network", _("Boot from the network"))]


def _networks() -> list[tuple[str, Any]]:
    names = [(name, name) for name in list_networks()]
    return [("", _("The usual one")), *names, (NO_NETWORK, _("No network"))]


def _hosts() -> list[tuple[str, Any]]:
    hosts = Host.objects.filter(state=HostState.ONLINE)
    return [("", _("Automatic")), *((str(host.pk), host.name) for host in hosts)]


class RenameForm(forms.Form):
    """Another name."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)


class DeleteForm(forms.Form):
    """Deletion: whether the disks go too, and the name typed as a confirmation."""

    with_disks = forms.BooleanField(label=_("Delete its disks too"), required=False)
    confirm = forms.CharField(label=_("Name of the machine"), required=False)


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
