"""What people type about backups."""

from django import forms
from django.utils.translation import gettext_lazy as _


class BackupForm(forms.Form):
    """A word about a new backup."""

    description = forms.CharField(label=_("Note"), max_length=200, required=False)


class RestoreForm(forms.Form):
    """The new machine."""

    name = forms.CharField(label=_("Name of the new machine"), max_length=63)
    start = forms.BooleanField(label=_("Start it"), required=False)
