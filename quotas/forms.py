"""The form of limits. Sizes are typed as "16 GiB"; an empty field is no limit."""

from typing import Any

from django import forms

from .amounts import read_amount, shown
from .counters import counted
from .models import Resource


class LimitsForm(forms.Form):
    """One field for each resource that is counted."""

    def __init__(self, data: Any = None, *, limits: dict[Resource, int], prefix: str) -> None:
        super().__init__(data, prefix=prefix)
        self.amounts: dict[Resource, int | None] = {}
        for resource in counted():
            now = limits.get(resource)
            self.fields[resource] = forms.CharField(
                label=resource.label,
                required=False,
                max_length=20,
                initial="" if now is None else shown(resource, now),
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
