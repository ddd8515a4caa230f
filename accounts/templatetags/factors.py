"""What pages ask about second factors."""

from typing import Any

from django import template

from accounts.sign_in.policy import is_complete

register = template.Library()


@register.simple_tag(takes_context=True)
def factor_missing(context: dict[str, Any]) -> bool:
    """Say whether the person needs a second factor that this session lacks."""
    request = context["request"]
    return not is_complete(request.user, request.session)
