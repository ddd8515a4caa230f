"""The forms of the catalogue. Amounts are typed in GiB and kept in bytes."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Team

from .models import Size
from .seeding import GIB
from .services.editing import AMOUNTS, SizeWish


class OfferForm(forms.Form):
    """Who is offered something: everyone, or only some teams."""

    for_everyone = forms.BooleanField(label=_("Offered to everyone"), required=False, initial=True)
    teams = forms.ModelMultipleChoiceField(
        Team.objects.all(),
        label=_("Otherwise only to these teams"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    @property
    def chosen_teams(self) -> frozenset[int]:
        """The teams that were ticked; call it on a valid form."""
        return frozenset(team.pk for team in self.cleaned_data["teams"])


class SizeForm(OfferForm):
    """A size. `to_wish` gives what the service takes."""

    name = forms.CharField(label=_("Name"), max_length=40)
    vcpus = forms.IntegerField(label=_("Processors"), min_value=1, initial=1)
    memory_gib = forms.DecimalField(
        label=_("Memory (GiB)"), min_value=Decimal("0.0625"), decimal_places=4
    )
    disk_gib = forms.DecimalField(
        label=_("Disk (GiB)"), min_value=Decimal("0.001"), decimal_places=3
    )
    price_per_hour = forms.DecimalField(
        label=_("Price per hour"), min_value=0, max_digits=8, decimal_places=4, initial=Decimal(0)
    )
    needs_approval = forms.BooleanField(label=_("Needs approval"), required=False)

    def __init__(self, *args: Any, size: Size | None = None, **kwargs: Any) -> None:
        if size is not None:
            kwargs["initial"] = _initial(size)
        super().__init__(*args, **kwargs)
        if size is not None and size.is_custom:
            for name in ("vcpus", "memory_gib", "disk_gib"):
                del self.fields[name]

    def to_wish(self) -> SizeWish:
        """Return the size that a valid form describes."""
        data = self.cleaned_data
        return SizeWish(
            name=data["name"],
            vcpus=data.get("vcpus") or 0,
            memory=int((data.get("memory_gib") or 0) * GIB),
            disk=int((data.get("disk_gib") or 0) * GIB),
            price_per_hour=data["price_per_hour"],
            needs_approval=data["needs_approval"],
            for_everyone=data["for_everyone"],
            teams=self.chosen_teams,
        )

    def add_refused(self, fields: dict[str, str]) -> None:
        """Show the service's refusal at the fields it names."""
        for name, message in fields.items():
            home = f"{name}_gib" if name in AMOUNTS and name != "vcpus" else name
            self.add_error(home if home in self.fields else None, message)


def _initial(size: Size) -> dict[str, Any]:
    return {
        "name": size.name,
        "vcpus": size.vcpus,
        "memory_gib": _in_gib(size.memory),
        "disk_gib": _in_gib(size.disk),
        "price_per_hour": size.price_per_hour,
        "needs_approval": size.needs_approval,
        "for_everyone": size.for_everyone,
        "teams": list(size.teams.all()),
    }


def _in_gib(amount: int) -> str:
    return f"{amount / GIB:.4f}".rstrip("0").rstrip(".")
