"""What every page needs to draw its frame."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's facts."""
    return {"demo": settings.DEMO, "site_name": settings.SITE_NAME}
