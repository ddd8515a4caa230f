"""The form that hands out machines: one wish, and the members who get one each."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.access import ActionRefused
from accounts.models import Team, User
from vms.forms import CreateForm
from vms.making.sizes import CUSTOM
from vms.services.wishes import CreateRequest

from .services.handing import PATTERN, had_already, members_of


class HandOutForm(CreateForm):
    """A new machine of a team's, without host and own amounts, for each of the ticked."""

    key = forms.CharField(required=False, max_length=70, widget=forms.HiddenInput)
    members = forms.TypedMultipleChoiceField(label=_("Members"), coerce=int, required=False)

    def __init__(self, user: User, team: Team, data: QueryDict | None = None) -> None:
        if data is not None:
            data = data.copy()
            data["team"] = team.slug
        super().__init__(user, data, team=team.slug)
        self.fields.pop("host", None)
        self.people = members_of(team)
        self.had = had_already(team, self.chosen("source"))
        self.fields["name"].label = _("Names")
        self.fields["name"].initial = PATTERN
        self.fields["key"].initial = uuid4().hex
        self.sizes = [size for size in self.sizes if size.slug != CUSTOM]
        self._offer("size", [(size.slug, _size_words(size)) for size in self.sizes])
        self._offer("members", [(str(person.pk), person.display_name) for person in self.people])
        without = [person.pk for person in self.people if person.pk not in self.had]
        self.fields["members"].initial = without

    def chosen(self, name: str) -> str:
        """Return a field as it is typed, or as it is offered."""
        typed = self.data.get(name, "") if self.is_bound else self.fields[name].initial
        return str(typed or "")

    def as_offered(self) -> QueryDict:
        """Return what a browser would send if nothing were changed."""
        data = QueryDict(mutable=True)
        for name, field in self.fields.items():
            value = self.get_initial_for_field(field, name)
            values = value if isinstance(value, list) else [value]
            data.setlist(name, [str(one) for one in values if one not in (None, False)])
        return data

    def to_request(self, name: str = "") -> CreateRequest:
        """Return the cleaned values, of the machine called `name` or with the pattern."""
        spec = super().to_request()
        return replace(spec, name=name) if name else spec

    def show(self, error: ActionRefused) -> None:
        """Put a refusal where it belongs: at its fields, or above the form."""
        if fields := error.extra.get("fields"):
            self.add_refused(fields)
        else:
            self.add_error(None, error.message or str(_("The machines cannot be made now.")))

    @property
    def ticked(self) -> list[User]:
        """Who gets a machine as it stands."""
        self.is_valid()
        chosen = set(self.cleaned_data.get("members") or ())
        return [person for person in self.people if person.pk in chosen]


def _size_words(size: Any) -> str:
    gib = 1024**3
    return f"{size.label} · {size.vcpus} vCPU · {size.memory / gib:g} GiB · {size.disk / gib:g} GiB"
