"""What people type about teams."""

from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.capabilities import TEAM_CAPABILITIES
from accounts.models import CustomRole, Role, Team, User

from .services.roles import role_names


class NewTeamForm(forms.Form):
    """A new team."""

    name = forms.CharField(label=_("Name"), max_length=80)
    description = forms.CharField(label=_("What it is for"), max_length=200, required=False)


class RulesForm(forms.ModelForm[Team]):
    """A team's words and rules."""

    class Meta:
        model = Team
        fields = [
            "name",
            "description",
            "lease_days",
            "longest_lease_days",
            "ended_days",
            "bin_days",
            "approves_creation",
            "approves_resize",
            "approves_deletion",
            "needs_second_factor",
            "console_links",
            "console_recording",
            "recordings_days",
        ]
        labels = {
            "name": _("Name"),
            "description": _("What it is for"),
            "lease_days": _("Machines end after, days"),
            "longest_lease_days": _("At most, days"),
            "ended_days": _("Ended machines go into the recycle bin after, days"),
            "bin_days": _("The recycle bin keeps machines, days"),
            "approves_creation": _("New machines need approval"),
            "approves_resize": _("Making machines bigger needs approval"),
            "approves_deletion": _("Deleting machines needs approval"),
            "needs_second_factor": _("Members need a second factor"),
            "console_links": _("Who may come to a console by a link"),
            "console_recording": _("Consoles are recorded"),
            "recordings_days": _("Recordings are kept, days"),
        }
        help_texts = {
            "lease_days": _("Empty: they stay until somebody deletes them."),
            "ended_days": _("Empty: they stay stopped. Protected ones always do."),
            "bin_days": _(
                "Then they are deleted with their disks. 0: no bin, deleting is at once."
            ),
            "console_recording": _("Everybody in the room sees that it is recorded."),
            "recordings_days": _("Empty: until somebody deletes them."),
            "approves_creation": _("Who decides requests here needs no approval of their own."),
            "approves_resize": _("Who decides requests here needs no approval of their own."),
            "approves_deletion": _("Who decides requests here needs no approval of their own."),
        }

    def validate_unique(self) -> None:
        """Leave a name that is taken to the service, which says so in words."""


class MemberForm(forms.Form):
    """Somebody who has an account here, and their role."""

    username = forms.CharField(label=_("User name"), max_length=150)
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = list(role_names().items())  # type: ignore[attr-defined]
        self.initial.setdefault("role", Role.MEMBER)

    def clean_username(self) -> User:
        """Return the person. Raises ValidationError for a name that nobody has."""
        user = User.objects.filter(
            username=self.cleaned_data["username"], is_active=True, service_team=None
        ).first()
        if user is None:
            raise ValidationError(_("Nobody has this user name. Invite them instead."))
        return user


class InvitationForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=_("Mail address"), required=False)
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = list(role_names().items())  # type: ignore[attr-defined]
        self.initial.setdefault("role", Role.MEMBER)


class JoinForm(forms.Form):
    """A new account for somebody who comes with an invitation."""

    username = forms.CharField(
        label=_("User name"), max_length=150, validators=[UnicodeUsernameValidator()]
    )
    full_name = forms.CharField(label=_("Name"), max_length=150, required=False)
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_username(self) -> str:
        """Return the name. Raises ValidationError for one that is taken."""
        name = str(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=name).exists():
            raise ValidationError(_("Somebody has this user name already."))
        return name


class RoleForm(forms.Form):
    """One of the site's own roles."""

    name = forms.CharField(label=_("Name"), max_length=40)
    description = forms.CharField(label=_("What it is for"), max_length=200, required=False)
    capabilities = forms.MultipleChoiceField(
        label=_("May"),
        choices=[(one.value, one.label) for one in TEAM_CAPABILITIES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, role: CustomRole | None = None, **kwargs: Any) -> None:
        if role is not None:
            kwargs["initial"] = {
                "name": role.name,
                "description": role.description,
                "capabilities": list(role.capabilities.values_list("capability", flat=True)),
            }
        super().__init__(*args, **kwargs)
