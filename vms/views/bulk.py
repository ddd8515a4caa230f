"""Work on many machines: which ones were chosen, and what came of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy

from accounts.access import is_admin
from accounts.models import Team, User
from jobs.numbers import ids_in
from vms.access import list_vms
from vms.busy import attach_jobs
from vms.filters import MachineFilter, matching
from vms.models import VM
from vms.rules import VERBS
from vms.services.bulk import MOST, BulkResult, request_bulk
from vms.services.extras import EXTRAS, request_extra
from vms.services.many import CHANGES, Wish, change_many
from vms.services.refusing import refuse_field


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request on many machines."""

    action: str
    verb: str | Promise
    results: Sequence[BulkResult]

    @property
    def done(self) -> list[BulkResult]:
        """The machines with which it begins or is done."""
        return [result for result in self.results if result.refusal is None]

    @property
    def refused(self) -> list[BulkResult]:
        """The machines with which it cannot be done, each with the reason."""
        return [result for result in self.results if result.refusal is not None]


def run(user: User, posted: QueryDict) -> Outcome:
    """Ask for the posted action on each chosen machine."""
    machines = chosen(user, posted)
    action = posted.get("action", "")
    if action in CHANGES:
        wish = _wish(user, posted)
        return Outcome(action, CHANGES[action][0], change_many(machines, action, wish, user))
    if action in EXTRAS:
        return Outcome(
            action, EXTRAS[action].verb, request_extra(machines, action, _words(posted), user)
        )
    results = request_bulk(machines, action, user)
    return Outcome(action, VERBS[action], results)


def _words(posted: QueryDict) -> dict[str, str]:
    return {name: posted.get(name, "") for name in posted}


def chosen(user: User, posted: QueryDict) -> list[VM]:
    """Return the machines that were ticked, or all that the list's filters find."""
    machines = list_vms(user)
    if posted.get("all"):
        found = matching(user, MachineFilter.of(posted.get("query", "").lstrip("?")))
        machines = machines.filter(pk__in=found.values("pk"))
    else:
        ids = ids_in(posted.getlist("ids"))
        machines = machines.filter(pk__in=ids[: MOST + 1])
    return attach_jobs(machines.order_by("name", "pk")[: MOST + 1])


class BulkForm(forms.Form):
    """What many machines are changed to. People and teams are named to administrators only."""

    tag = forms.CharField(label=_lazy("Tag"), required=False, max_length=40)
    ends_on = forms.DateField(
        label=_lazy("Keep until"),
        required=False,
        help_text=_lazy("Empty: until somebody deletes it. At the end it is stopped first."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    owner = forms.ModelChoiceField(
        label=_lazy("Person"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_lazy("Nobody"),
    )
    team = forms.ModelChoiceField(
        label=_lazy("Team"), queryset=Team.objects.none(), required=False, empty_label=_lazy("None")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_admin = is_admin(user)
        for field in self.fields.values():
            field.widget.attrs["form"] = "bulk"
        if not self.is_admin:
            return
        people = User.objects.filter(is_active=True, service_team=None).order_by("username")
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.order_by("name")  # type: ignore[attr-defined]


def _wish(user: User, posted: QueryDict) -> Wish:
    """Read what to change to. Raises ActionRefused (400) for what makes no sense."""
    form = BulkForm(posted, user=user)
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        raise refuse_field(name, " ".join(str(error) for error in errors))
    data = form.cleaned_data
    return Wish(tag=data["tag"], ends_on=data["ends_on"], owner=data["owner"], team=data["team"])
