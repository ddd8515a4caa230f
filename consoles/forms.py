"""What people type about consoles."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.access import ActionRefused

from .sharing.visits import MOST_NAME

HOURS = {1: _("1 hour"), 8: _("8 hours"), 24: _("1 day"), 168: _("7 days")}


class NameForm(forms.Form):
    """How somebody without an account wants to be called."""

    name = forms.CharField(label=_("Your name"), max_length=MOST_NAME)


class PortForm(forms.Form):
    """Where a server in a machine listens."""

    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535)


def port_of(data: QueryDict) -> int:
    """Return the port that was typed. Raises ActionRefused (invalid)."""
    form = PortForm(data)
    if not form.is_valid():
        text = _("A port is a number from 1 to 65535.")
        raise ActionRefused(str(text), code="invalid", status=400)
    return int(form.cleaned_data["port"])


class LinkForm(forms.Form):
    """What a link allows, and for how long."""

    mode = forms.ChoiceField(
        label=_("Whoever comes by it may"),
        choices=[("view", _("Only watch")), ("control", _("Watch and drive"))],
    )
    needs_sign_in = forms.TypedChoiceField(
        label=_("It opens for"),
        coerce=lambda text: text != "no",
        choices=[("yes", _("People who sign in")), ("no", _("Whoever has the link"))],
        required=False,
        empty_value="yes",
    )
    hours = forms.TypedChoiceField(
        label=_("It ends after"), coerce=int, choices=list(HOURS.items()), initial=1
    )

    def wishes(self) -> dict[str, Any]:
        """Return the arguments for making a link."""
        data = self.cleaned_data
        return {
            "mode": data["mode"],
            "needs_sign_in": data["needs_sign_in"] is not False,
            "lasts": timedelta(hours=data["hours"]),
        }
