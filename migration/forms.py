"""What people choose for a migration."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .options import MOST_BANDWIDTH, MOST_DOWNTIME

TOP_RATE = 1250  # MiB/s, the right end of the sliders: no limit


def below_top(bandwidth: int | None) -> int | None:
    """Return a limit, None for what a slider has at its right end."""
    return None if bandwidth is None or bandwidth >= TOP_RATE else bandwidth


class OptionsForm(forms.Form):
    """How a migration is done."""

    auto_converge = forms.BooleanField(
        label=_("Slow the guest if it does not converge"), required=False
    )
    post_copy_allowed = forms.BooleanField(label=_("Allow post-copy"), required=False)
    keep_source = forms.BooleanField(label=_("Keep the definition here, too"), required=False)
    delete_source_disks = forms.BooleanField(
        label=_("Delete the old disks once it is there"), required=False
    )
    tunnelled = forms.BooleanField(label=_("Through libvirt’s own connection"), required=False)
    bandwidth = forms.IntegerField(
        label=_("Use at most (MiB/s)"), required=False, min_value=1, max_value=MOST_BANDWIDTH
    )

    def chosen(self) -> dict[str, Any]:
        """Return the options that were chosen, by their names."""
        data = self.cleaned_data
        return {
            "auto_converge": data["auto_converge"],
            "post_copy_allowed": data["post_copy_allowed"],
            "undefine_source": not data["keep_source"],
            "tunnelled": data["tunnelled"],
            "delete_source_disks": data["delete_source_disks"],
            "bandwidth": below_top(data["bandwidth"]),
        }


class TuneForm(forms.Form):
    """What is changed while it runs."""

    bandwidth = forms.IntegerField(
        label=_("Use at most (MiB/s)"), required=False, min_value=1, max_value=MOST_BANDWIDTH
    )
    max_downtime_ms = forms.IntegerField(
        label=_("Longest pause (ms)"), required=False, min_value=1, max_value=MOST_DOWNTIME
    )
