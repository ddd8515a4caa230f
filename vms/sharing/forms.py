"""What people type when they share a machine. What may be is decided by the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Role

from .rules import MEANINGS


class TermsForm(forms.Form):
    """As what, and until when."""

    role = forms.ChoiceField(label=_("Role"))
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Empty: until somebody takes it away."),
    )

    def __init__(self, *args: Any, roles: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, _described(key, name)) for key, name in roles.items()]
        if Role.OPERATOR in roles:
            self.initial.setdefault("role", Role.OPERATOR)


class ShareForm(TermsForm):
    """With whom, as what, and until when."""

    person = forms.CharField(
        label=_("User name or mail address"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"list": "share-known", "autocomplete": "off", "autocapitalize": "none"}
        ),
    )
    field_order = ["person", "role", "until"]


def _described(key: str, name: str) -> str:
    meaning = MEANINGS.get(key)
    return f"{name}: {meaning}" if meaning else name
