"""What people choose about an address."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class AddressForm(forms.Form):
    """Which card, and which address; left empty, a free one is taken."""

    mac = forms.ChoiceField(label=_("Card"))
    address = forms.CharField(
        label=_("Address"),
        max_length=15,
        required=False,
        help_text=_("Left empty, the card keeps the address that it has, or gets a free one."),
    )

    def __init__(self, data: Any, cards: Iterable[dict[str, Any]]) -> None:
        super().__init__(data)
        field = self.fields["mac"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(nic["mac"].lower(), f"{nic['source']}, {nic['mac']}") for nic in cards]
