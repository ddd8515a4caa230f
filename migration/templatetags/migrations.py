"""What templates of migrations ask. `{% load migrations %}`."""

from django import template

from migration.checks.findings import Finding
from migration.checks.words import size, title_of

register = template.Library()


@register.simple_tag
def check_title(finding: Finding) -> str:
    """Write a finding in a line."""
    return title_of(finding)


@register.filter
def binary_rate(value: int) -> str:
    """Write bytes a second as "310 MiB/s"."""
    return f"{size(int(value))}/s"


@register.filter
def gib_or_dash(value: int | str | None) -> str:
    """Write bytes, a dash for what is not known."""
    return "–" if value is None or value == "" else size(int(value))


@register.filter
def rate_or_dash(value: int | str | None) -> str:
    """Write bytes a second, a dash for what is not known."""
    return "–" if value is None or value == "" else binary_rate(int(value))
