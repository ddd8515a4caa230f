"""The form that asks for a bigger quota. Sizes are typed as "16 GiB"."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access import Capability
from accounts.in_teams import teams_where
from accounts.models import Team, User
from quotas.amounts import read_amount, shown
from quotas.counters import counted
from quotas.models import Resource
from quotas.services import usage


class RaiseForm(forms.Form):
    """One field for each resource that is counted; what is left empty stays as it is.

    `wishes` are amounts by resource that the page begins with.
    """

    def __init__(
        self,
        *args: Any,
        user: User,
        slug: str = "",
        wishes: Mapping[str, str] = MappingProxyType({}),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.team: Team | None = teams_where(user, Capability.TEAM_VIEW).filter(slug=slug).first()
        self.amounts: dict[Resource, int] = {}
        for line in usage(self.team, None if self.team else user):
            self.fields[line.resource] = forms.CharField(
                label=line.resource.label,
                required=False,
                max_length=20,
                initial=_wished(line.resource, line.limit, wishes.get(line.resource, "")),
                help_text=_now(line.resource, line.used, line.limit),
            )
        self.fields["comment"] = forms.CharField(
            label=_("What is it for?"),
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def clean(self) -> dict[str, Any]:
        """Read the amounts."""
        data = super().clean() or {}
        for resource in counted():
            try:
                amount = read_amount(resource, data.get(resource) or "")
            except ValueError as error:
                self.add_error(resource, str(error))
            else:
                if amount is not None:
                    self.amounts[resource] = amount
        if not self.amounts and not self.errors:
            self.add_error(None, str(_("Say how much of something.")))
        return data


def _wished(resource: Resource, limit: int | None, text: str) -> str:
    """Return the amount that a refusal led here with, where it is more than the limit."""
    try:
        amount = read_amount(resource, text[:20])
    except ValueError:
        return ""
    return text if amount is not None and limit is not None and amount > limit else ""


def _now(resource: Resource, used: int, limit: int | None) -> str:
    if limit is None:
        return str(_("%(used)s in use, no limit") % {"used": shown(resource, used)})
    amounts = {"used": shown(resource, used), "limit": shown(resource, limit)}
    return str(_("%(used)s of %(limit)s in use") % amounts)
