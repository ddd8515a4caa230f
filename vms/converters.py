"""The words of this room in addresses, of pages and of the API."""

from django.urls import register_converter

from .rules import POWER_ACTIONS


class PowerActionConverter:
    """A power action as a part of an address, written with "_" or "-"."""

    regex = "|".join(sorted(POWER_ACTIONS | {action.replace("_", "-") for action in POWER_ACTIONS}))

    def to_python(self, value: str) -> str:
        """Return the action."""
        return value.replace("-", "_")

    def to_url(self, value: str) -> str:
        """Write the word as it is. Raises ValueError for any other."""
        if value not in POWER_ACTIONS:
            raise ValueError(value)
        return value


register_converter(PowerActionConverter, "power")
