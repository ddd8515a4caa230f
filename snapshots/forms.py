"""What people type about snapshots."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Every
from .services.asking import LONGEST_NAME, LONGEST_TEXT
from .services.keeping import MOST_KEPT


class SnapshotForm(forms.Form):
    """A new snapshot."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME, required=False)
    description = forms.CharField(label=_("Note"), max_length=LONGEST_TEXT, required=False)
    with_memory = forms.BooleanField(label=_("With memory"), required=False)


class RenameForm(forms.Form):
    """What a snapshot is called."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    description = forms.CharField(label=_("Note"), max_length=LONGEST_TEXT, required=False)


class ScheduleForm(forms.Form):
    """A rule: how often, and how many are kept."""

    every = forms.ChoiceField(label=_("How often"), choices=Every.choices)
    keep = forms.IntegerField(label=_("How many are kept"), min_value=1, max_value=MOST_KEPT)
    with_memory = forms.BooleanField(label=_("With memory"), required=False)


class MergeForm(forms.Form):
    """How much of the past is kept."""

    keep = forms.IntegerField(label=_("Newest snapshots to keep"), min_value=0, max_value=1000)
