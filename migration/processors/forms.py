"""What is typed about a group of hosts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vms.affinity.services import LONGEST

from .models import ProcessorGroup
from .services import Wish, candidates


class GroupForm(forms.Form):
    """A group: its name, its hosts, and whether new machines get its processor."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST)
    hosts = forms.MultipleChoiceField(
        label=_("Hosts among which machines move"), widget=forms.CheckboxSelectMultiple
    )
    is_for_new = forms.BooleanField(
        label=_("New machines on these hosts get the common processor"),
        required=False,
        initial=True,
    )

    def __init__(self, data: Any = None, *, group: ProcessorGroup | None = None) -> None:
        super().__init__(data, initial=_initial(group))
        field = self.fields["hosts"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(host.pk), host.name) for host in candidates()]

    @property
    def wish(self) -> Wish:
        """What was typed."""
        data = self.cleaned_data
        return Wish(data["name"], frozenset(map(int, data["hosts"])), data["is_for_new"])


def _initial(group: ProcessorGroup | None) -> dict[str, Any]:
    if group is None:
        return {}
    hosts = [str(pk) for pk in group.members.values_list("host_id", flat=True)]
    return {"name": group.name, "hosts": hosts, "is_for_new": group.is_for_new}
