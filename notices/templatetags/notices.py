"""The bell of the top bar, and how notices look. `{% load notices %}`."""

from typing import Any

from django import template

from notices.kinds import ICONS, KINDS, OTHER
from notices.models import Notice
from notices.people import unread_count

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_notices(context: dict[str, Any]) -> int:
    """Return how many notices the reader has not seen."""
    user = getattr(context.get("request"), "user", None)
    return unread_count(user) if user is not None and user.is_authenticated else 0


@register.simple_tag(takes_context=True)
def newest_notice(context: dict[str, Any]) -> int:
    """Return the number of the reader's newest notice, 0 without one."""
    user = getattr(context.get("request"), "user", None)
    if user is None or not user.is_authenticated:
        return 0
    return Notice.objects.filter(user=user).values_list("pk", flat=True).first() or 0


@register.filter
def notice_icon(kind: str) -> str:
    """Return the icon of a kind of notice."""
    return ICONS.get(kind, ICONS[OTHER])


@register.filter
def notice_words(kind: str) -> str:
    """Return a kind of notice in words."""
    return str(KINDS.get(kind, KINDS[OTHER]))
