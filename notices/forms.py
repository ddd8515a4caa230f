"""What people type about webhooks and targets."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .kinds import KINDS

# Families of actions to choose from; the API takes any name of an action.
FAMILIES = [
    ("vm.*", _("Machines")),
    ("console.*", _("Consoles")),
    ("team.*", _("Teams")),
    ("request.*", _("Requests")),
    ("quota.*", _("Quotas")),
    ("host.*", _("Hosts")),
    ("session.*", _("Sign-ins")),
    ("user.*", _("People")),
    ("webhook.*", _("Webhooks")),
]


class Boxes(forms.CheckboxSelectMultiple):
    """Check boxes that the templates lay out."""


class WebhookForm(forms.Form):
    """A webhook. The address is asked for again only to change it."""

    name = forms.CharField(label=_("Name"), max_length=80)
    url = forms.CharField(label=_("Address"), max_length=2000)
    actions = forms.MultipleChoiceField(
        label=_("Only these"), choices=FAMILIES, required=False, widget=Boxes
    )

    def __init__(self, *args: Any, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["url"].required = is_new
        self.fields["url"].widget.attrs |= {
            "placeholder": "https://example.org/hook",
            "autocomplete": "off",
            "spellcheck": "false",
        }


class TargetForm(forms.Form):
    """A place where somebody is told."""

    name = forms.CharField(label=_("Name"), max_length=80)
    url = forms.CharField(label=_("Address"), max_length=2000)
    kinds = forms.MultipleChoiceField(
        label=_("Only these"), choices=list(KINDS.items()), required=False, widget=Boxes
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["url"].widget.attrs |= {
            "placeholder": "ntfys://ntfy.example/my-topic",
            "autocomplete": "off",
            "spellcheck": "false",
        }


class MailForm(forms.Form):
    """Which notices come by mail."""

    mail_kinds = forms.MultipleChoiceField(
        label=_("By mail"), choices=list(KINDS.items()), required=False, widget=Boxes
    )
