"""What is asked when somebody lets a finding stand."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .services import LONGEST_REASON

USUAL = timedelta(days=90)


class AcceptForm(forms.Form):
    """Why, and until when."""

    reason = forms.CharField(
        label=_("Why it may stay"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody who sees the finding reads this."),
    )
    until = forms.DateField(
        label=_("Until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("After this day it counts again. So it does when something comes to it."),
    )

    @classmethod
    def empty(cls) -> "AcceptForm":
        """Return the form with the usual time."""
        return cls(initial={"until": timezone.localdate() + USUAL})
