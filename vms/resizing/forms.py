"""The forms of sizes and disks. They offer and clean; what may be is decided by the services."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalogue.services import sizes_for
from vms.making.sizes import CUSTOM, GIB, MIB
from vms.models import VM

from .pending import defined_of
from .wishes import ResizeRequest


class AskingForm(forms.Form):
    """Something that somebody may have to agree to, with a word for them."""

    comment = forms.CharField(
        label=_("What is it for?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ResizeForm(AskingForm):
    """A size of the catalogue, or figures of one's own; `to_request` gives what the service takes.

    What is offered for `vm` counts; it begins with what the machine's definition has.
    """

    size = forms.ChoiceField(label=_("Size"))
    vcpus = forms.IntegerField(label=_("Processors"), required=False, min_value=1)
    memory_mib = forms.IntegerField(label=_("Memory (MiB)"), required=False, min_value=1)
    max_vcpus = forms.IntegerField(
        label=_("Processors, at most while it runs"), required=False, min_value=1
    )
    max_memory_mib = forms.IntegerField(
        label=_("Memory, at most while it runs (MiB)"), required=False, min_value=1
    )
    live = forms.BooleanField(
        label=_("Change at once what can be changed while it runs"), required=False
    )

    def __init__(self, user: User, vm: VM, data: Mapping[str, Any] | None = None) -> None:
        defined = defined_of(vm)
        self.sizes = sizes_for(user, vm.team)
        slugs = [size.slug for size in self.sizes]
        present = vm.next_size or vm.size
        initial = {
            "size": present if present in slugs else CUSTOM if CUSTOM in slugs else "",
            "vcpus": defined.vcpus,
            "memory_mib": defined.memory // MIB,
            "max_vcpus": defined.max_vcpus,
            "max_memory_mib": defined.max_memory // MIB,
            "live": True,
        }
        super().__init__(data, initial=initial)
        field = self.fields["size"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(size.slug, size.label) for size in self.sizes]
        if not vm.is_on:
            del self.fields["live"]

    def to_request(self) -> ResizeRequest:
        """Return the cleaned values; call it on a valid form."""
        data = self.cleaned_data
        is_own = data["size"] == CUSTOM
        memory, most = data["memory_mib"], data["max_memory_mib"]
        vcpus, max_vcpus = data["vcpus"], data["max_vcpus"]
        return ResizeRequest(
            size="" if is_own else data["size"],
            vcpus=vcpus if is_own else None,
            memory=memory * MIB if is_own and memory else None,
            max_vcpus=max(vcpus or 0, max_vcpus) if is_own and max_vcpus else None,
            max_memory=max(memory or 0, most) * MIB if is_own and most else None,
            live=data.get("live", False),
        )

    def add_refused(self, fields: Mapping[str, str]) -> None:
        """Show the service's refusal at the fields it names."""
        homes = {"memory": "memory_mib", "max_memory": "max_memory_mib"}
        for name, message in fields.items():
            home = homes.get(name, name)
            self.add_error(home if home in self.fields else None, message)


class GrowForm(AskingForm):
    """How big a disk is to be. GiB, as many decimals as creation takes."""

    capacity_gib = forms.DecimalField(
        label=_("New size (GiB)"), min_value=Decimal("0.001"), max_value=64 * 1024, decimal_places=3
    )

    @property
    def capacity(self) -> int:
        """The wished size in bytes; call it on a valid form."""
        return int(self.cleaned_data["capacity_gib"] * GIB)
