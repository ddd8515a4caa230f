"""Amounts of resources in templates."""

from django import template

from quotas.amounts import shown

register = template.Library()


@register.simple_tag
def amount(resource: str, value: int | None) -> str:
    """Return "3" or "16 GiB"; a dash for no amount."""
    return "–" if value is None else shown(resource, max(0, value))
