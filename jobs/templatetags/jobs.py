"""How many jobs go on, for the top bar. `{% load jobs %}`."""

from typing import Any

from django import template

from jobs.models import Job

register = template.Library()


@register.simple_tag(takes_context=True)
def active_job_count(context: dict[str, Any]) -> int:
    """Return how many of the jobs that the person sees are queued or running."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return 0
    return Job.objects.visible_to(user).active().count()
