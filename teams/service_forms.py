"""What people type about accounts of programs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import NewTokenForm
from accounts.models import Role, Team, User

from .services.roles import may_give, role_names
from .services.service_accounts import LONGEST_NAME, rights_of, role_of


class ServiceForm(forms.Form):
    """An account for a program: its name, and a role that `by` may give."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, team: Team, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = [(key, name) for key, name in role_names().items() if may_give(by, team, key)]
        self.fields["role"].choices = given  # type: ignore[attr-defined]
        self.fields["name"].widget.attrs["placeholder"] = "terraform-ci"
        self.initial.setdefault("role", Role.MEMBER)

    @classmethod
    def of(cls, account: User, team: Team, by: User, data: Any = None) -> "ServiceForm":
        """Return the form that changes `account`."""
        initial = {"name": account.first_name, "role": role_of(account)}
        auto_id = f"account{account.pk}_%s"
        return cls(data, team=team, by=by, initial=initial, auto_id=auto_id)


class ServiceTokenForm(NewTokenForm):
    """A new token of a service account, at most with what its role allows."""

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        super().__init__(*args, user=account, auto_id=f"token{account.pk}_%s", **kwargs)
        offered = [(one.value, one.label) for one in rights_of(account)]
        self.fields["capabilities"].choices = offered  # type: ignore[attr-defined]
        self.fields["name"].widget.attrs["placeholder"] = _("Nightly run")
