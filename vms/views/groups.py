"""The pages of placement groups: the list, a new one, and one with its machines."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import ActionRefused, Capability, allows, requires
from accounts.in_teams import teams_where
from accounts.models import User
from accounts.requests import SignedInRequest
from jobs.numbers import ids_in
from vms.access import list_vms
from vms.affinity.access import get_group, list_groups, may_change
from vms.affinity.models import Affinity, PlacementGroup
from vms.affinity.services import (
    GroupWish,
    candidates,
    create_group,
    delete_group,
    edit_group,
    set_machines,
)

MUSTS = [("1", gettext_lazy("Must be kept")), ("", gettext_lazy("Is a wish"))]


class GroupForm(forms.Form):
    """A placement group."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)
    affinity = forms.ChoiceField(
        label=gettext_lazy("Its machines run"), choices=Affinity.choices, initial=Affinity.APART
    )
    is_hard = forms.ChoiceField(
        label=gettext_lazy("This"), choices=MUSTS, required=False, initial="1"
    )

    def __init__(
        self, user: User, data: Any = None, *, group: PlacementGroup | None = None
    ) -> None:
        super().__init__(data, initial=_initial(group))
        self.teams = {each.slug: each for each in teams_where(user, Capability.TEAM_MANAGE)}
        own = [("", gettext_lazy("Any machines (administrators)"))]
        site = own if allows(user, Capability.HOST_MANAGE) else []
        field = self.fields["team"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*site, *((each.slug, each.name) for each in self.teams.values())]
        if group is not None:
            del self.fields["team"]

    @property
    def wish(self) -> GroupWish:
        """What was typed."""
        data = self.cleaned_data
        return GroupWish(data["name"], data["affinity"], bool(data["is_hard"]))


def _initial(group: PlacementGroup | None) -> dict[str, Any]:
    if group is None:
        return {}
    is_hard = "1" if group.is_hard else ""
    return {"name": group.name, "affinity": group.affinity, "is_hard": is_hard}


@requires(Capability.TEAM_VIEW)
@require_GET
def groups(request: SignedInRequest) -> HttpResponse:
    """Show the groups of the reader's teams."""
    rows = list(list_groups(request.user).annotate(number=Count("machines")))
    may_create = allows(request.user, Capability.HOST_MANAGE) or (
        teams_where(request.user, Capability.TEAM_MANAGE).exists()
    )
    return render(request, "vms/groups.html", {"groups": rows, "may_create": may_create})


@requires(Capability.TEAM_MANAGE)
@require_http_methods(["GET", "POST"])
def new_group(request: SignedInRequest) -> HttpResponse:
    """Make a group; then choose its machines."""
    form = GroupForm(request.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            team = form.teams.get(form.cleaned_data["team"])
            made = create_group(form.wish, team, request.user)
            return redirect("vms:group", made.pk)
        except ActionRefused as error:
            _blame(form, error)
    return render(request, "vms/group_new.html", {"form": form})


@requires(Capability.TEAM_VIEW)
@require_GET
def group(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a group with its machines, and to whom it is due the form that changes both."""
    found = get_group(request.user, pk)
    return _shown(request, found, GroupForm(request.user, group=found))


@requires(Capability.TEAM_MANAGE)
@require_POST
def change_group(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a group and which machines are in it."""
    found = get_group(request.user, pk, to_change=True)
    form = GroupForm(request.user, request.POST, group=found)
    if form.is_valid():
        try:
            edit_group(found, form.wish, request.user)
            set_machines(found, ids_in(request.POST.getlist("vm")), request.user)
            messages.success(request, _("%(name)s is changed.") % {"name": found.name})
            return redirect("vms:group", pk)
        except ActionRefused as error:
            _blame(form, error)
    return _shown(request, found, form)


def _shown(request: SignedInRequest, found: PlacementGroup, form: GroupForm) -> HttpResponse:
    inside = set(found.machines.values_list("pk", flat=True))
    may = may_change(request.user, found)
    shown = candidates(found, request.user) if may else _seen(request.user, found)
    rows = sorted(
        ((vm, vm.pk in inside) for vm in shown), key=lambda row: (not row[1], row[0].name)
    )
    context = {"group": found, "form": form, "rows": rows, "may_change": may}
    return render(request, "vms/group.html", context)


def _seen(user: User, found: PlacementGroup) -> list[Any]:
    return list(list_vms(user).filter(placement_groups=found))


@requires(Capability.TEAM_MANAGE)
@require_POST
def remove_group(request: SignedInRequest, pk: int) -> HttpResponse:
    """End a group."""
    found = get_group(request.user, pk, to_change=True)
    delete_group(found, request.user)
    text = _("%(name)s is no more. Its machines stay where they are.") % {"name": found.name}
    messages.success(request, text)
    return redirect("vms:groups")


def _blame(form: GroupForm, error: ActionRefused) -> None:
    for name, text in (error.extra.get("fields") or {"": error.message}).items():
        form.add_error(name if name in form.fields else None, text)
