"""Amounts of resources in templates."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.http import urlencode

from quotas.amounts import shown

register = template.Library()


@register.simple_tag
def amount(resource: str, value: int | None) -> str:
    """Return "3" or "16 GiB"; a dash for no amount."""
    return "–" if value is None else shown(resource, max(0, value))


@register.simple_tag
def more_query(team: Any, resources: Iterable[dict[str, Any]] = ()) -> str:
    """Return the query of the page that asks for more: whose, and what a refusal was about.

    `resources` are those of `QuotaExceeded`. A person's own limit in a team is not asked for there.
    """
    scope = "team" if team else "person"
    wanted = {
        line["resource"]: shown(line["resource"], line["used"] + line["wanted"])
        for line in resources or ()
        if line["scope"] == scope
    }
    words = ({"team": team.slug} if team else {}) | wanted
    return f"?{urlencode(words)}" if words else ""
