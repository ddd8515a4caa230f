"""What people say about files to and from guests."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .paths import LONGEST


class _PartForm(forms.Form):
    """A form beside others on one page; its fields have ids of their own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{type(self).__name__.lower()}-%s")
        super().__init__(*args, **kwargs)


class SendForm(_PartForm):
    """A file for the guest, and where it goes."""

    file = forms.FileField(label=_("File"))
    path = forms.CharField(
        label=_("Place in the guest"),
        max_length=LONGEST,
        initial="/tmp/",
        help_text=_("A folder ends with /, and keeps the file’s name."),
    )
    overwrite = forms.BooleanField(label=_("Replace what is there"), required=False)


class FetchForm(_PartForm):
    """Which file of the guest is wanted."""

    path = forms.CharField(label=_("File in the guest"), max_length=LONGEST)
