"""The small forms of the machines' pages."""

from typing import Any

from django import forms
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from vms.filters import MachineFilter
from vms.models import SavedView

MOST_VIEWS = 20


class SavedViewForm(forms.ModelForm[SavedView]):
    """A name for the filters of the list."""

    class Meta:
        model = SavedView
        fields = ["name", "query"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.user = user

    def clean_name(self) -> str:
        """Refuse a name that is taken, and more views than a row of tabs can hold."""
        name = str(self.cleaned_data["name"]).strip()
        mine = SavedView.objects.filter(user=self.instance.user)
        if mine.filter(name__iexact=name).exists():
            raise forms.ValidationError(_("You have a view with this name already."))
        if mine.count() >= MOST_VIEWS:
            raise forms.ValidationError(_("Delete a view first: there is room for 20."))
        return name

    def clean_query(self) -> str:
        """Keep what the list understands, in one order."""
        return MachineFilter.of(self.cleaned_data["query"].lstrip("?")).encode()

    def save(self, commit: bool = True) -> SavedView:
        """Put the view behind the others."""
        mine = SavedView.objects.filter(user=self.instance.user)
        self.instance.position = (mine.aggregate(last=Max("position"))["last"] or 0) + 1
        return super().save(commit)


class SwitchForm(forms.Form):
    """Something that is on or off."""

    on = forms.BooleanField(required=False)
