"""The form of limits. Sizes are typed as "16 GiB"; an empty field is no limit."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from .amounts import read_amount, shown
from .counters import counted
from .models import Resource
from .services import Line


class LimitsForm(forms.Form):
    """One field for each resource that is counted."""

    def __init__(
        self,
        data: Any = None,
        *,
        limits: dict[Resource, int],
        prefix: str,
        lines: Iterable[Line] = (),
    ) -> None:
        super().__init__(data, prefix=prefix)
        now = {line.resource: _now(line) for line in lines}
        self._add(limits, now)

    def _add(self, limits: dict[Resource, int], hints: Mapping[Resource, str]) -> None:
        self.amounts: dict[Resource, int | None] = {}
        for resource in counted():
            now = limits.get(resource)
            self.fields[resource] = forms.CharField(
                label=resource.label,
                required=False,
                max_length=20,
                initial="" if now is None else shown(resource, now),
                help_text=hints.get(resource, ""),
            )

    def clean(self) -> dict[str, Any]:
        """Read the amounts."""
        data = super().clean() or {}
        for resource in counted():
            try:
                self.amounts[resource] = read_amount(resource, data.get(resource) or "")
            except ValueError as error:
                self.add_error(resource, str(error))
        return data


def _now(line: Line) -> str:
    """Write what is used, and of how much: by the line for each, where there is no own one."""
    used = shown(line.resource, line.used)
    if line.limit is None:
        return _("%(used)s in use, no limit") % {"used": used}
    words = {"used": used, "limit": shown(line.resource, line.limit)}
    return _("%(used)s of %(limit)s in use") % words
