"""What people type about people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import ApiToken, Density, Theme, User
from .services import offered_to

LIFETIMES = [(7, _("7 days")), (30, _("30 days")), (90, _("90 days")), (365, _("1 year"))]


class NewUserForm(forms.ModelForm[User]):
    """A new person; the first password is generated."""

    full_name = forms.CharField(label=_("Name"), max_length=150, required=False)

    class Meta:
        model = User
        fields = ["username", "full_name", "is_superuser"]
        labels = {"username": _("User name"), "is_superuser": _("Administrator")}
        help_texts = {
            "username": _("Letters, digits and @ . + - _"),
            "is_superuser": _("Sees every host and machine and manages people."),
        }


class PreferencesForm(forms.Form):
    """How the pages look to one person; absent fields stay as they are."""

    theme = forms.ChoiceField(choices=Theme.choices, required=False)
    density = forms.ChoiceField(choices=Density.choices, required=False)


class NewTokenForm(forms.ModelForm[ApiToken]):
    """A new API token."""

    days = forms.TypedChoiceField(label=_("Ends after"), choices=LIFETIMES, coerce=int, initial=90)
    capabilities = forms.MultipleChoiceField(
        label=_("Only"), widget=forms.CheckboxSelectMultiple, required=False
    )

    class Meta:
        model = ApiToken
        fields = ["name", "scope"]
        labels = {"name": _("What it is for"), "scope": _("May")}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(one.value, one.label) for one in offered_to(user)]
        self.fields["capabilities"].choices = offered  # type: ignore[attr-defined]
        self.fields["name"].widget.attrs["placeholder"] = _("Backup script")
