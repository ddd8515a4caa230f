"""The site: settings, URLs, ASGI and Celery. It knows every room; none knows it."""

from .celery import app as celery_app

__all__ = ["celery_app"]
